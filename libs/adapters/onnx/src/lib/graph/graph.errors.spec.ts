import { graphErrorOf } from './graph.errors';

const FILE = '/srv/models/encoder/1/model.onnx';
const reasonOf = (text: string) => graphErrorOf(new Error(text), FILE).reason;

describe('graphErrorOf', () => {
  it('drops the file and the place in the sources, and keeps what is wrong', () => {
    const text = `Load model from ${FILE} failed:/onnxruntime_src/onnxruntime/core/graph/model.cc:187 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::PathString&) ModelProto does not have a graph.\n`;
    expect(reasonOf(text)).toBe('ModelProto does not have a graph.');
  });

  it('says of a missing file that it is missing', () => {
    expect(reasonOf(`Load model from ${FILE} failed:Load model ${FILE} failed. File doesn't exist`)).toBe("Load model the file failed. File doesn't exist");
  });

  it('keeps the names of nodes, which look like paths', () => {
    const text =
      "Non-zero status code returned while running Add node. Name:'/layers.0/Add' Status Message: /onnxruntime_src/onnxruntime/core/providers/cpu/math/element_wise_ops.h:563 void onnxruntime::BroadcastIterator::Init(ptrdiff_t, ptrdiff_t) axis == 1 was false. 2 by 3\n";
    expect(reasonOf(text)).toBe("Non-zero status code returned while running Add node. Name:'/layers.0/Add' Status Message: axis == 1 was false. 2 by 3");
  });

  it('drops other absolute paths', () => {
    expect(reasonOf('Cannot memory-map an empty file: /srv/cache/mapped/a.ort')).toBe('Cannot memory-map an empty file: the file');
  });
});
