import { createHash } from 'node:crypto';
import { describeModelSource } from '@cortex/model-registry/testing';
import { listen, sendFile, type LocalServer } from '../testing/local-server';
import { neededFiles } from './hub-files';
import { HttpModelSources } from './http-model-sources';
import { modelSourcesOptionsSchema } from './model-sources.options';

const COMMIT = 'a'.repeat(40);
const signal = AbortSignal.timeout(10_000);
const sourceOn = ({ url }: LocalServer, hubToken?: string) =>
  new HttpModelSources(modelSourcesOptionsSchema.parse({ hubUrl: url, hubToken, allowPrivate: true })).at({ kind: 'hugging-face', model: 'owner/model', revision: 'refs/pr/1' });

/** A hub that keeps its files elsewhere: graphs by their hash, the rest by their Git blob. */
async function hubOf(content: Readonly<Record<string, Uint8Array>>): Promise<{ readonly hub: LocalServer; readonly files: LocalServer }> {
  const files = await listen((request, response) => sendFile(request, response, content[request.url!.slice(1)]));
  const hub = await listen(({ url }, response) => {
    if (url === `/api/models/owner/model/revision/refs%2Fpr%2F1?blobs=true`) return void response.end(JSON.stringify({ sha: COMMIT, siblings: Object.entries(content).map(siblingOf) }));
    const path = url!.replace(`/owner/model/resolve/${COMMIT}/`, '');
    return void (content[path] ? response.writeHead(302, { location: `http://127.0.0.1:${files.port}/${path}` }) : response.writeHead(404)).end();
  });
  return { hub, files };
}

function siblingOf([rfilename, bytes]: readonly [string, Uint8Array]) {
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { rfilename, size: bytes.length, blobId: hash.slice(0, 40), ...(rfilename.endsWith('.onnx') && { lfs: { sha256: hash, size: bytes.length, pointerSize: 134 } }) };
}

describeModelSource('HuggingFaceModelSource', async (given) => {
  const content: Record<string, Uint8Array> = { ...given };
  const { hub, files } = await hubOf(content);
  const source = sourceOn(hub);
  await source.describe(signal);
  const change = (path: string) => void (content[path] = content[path]!.map((byte) => byte ^ 1));
  return {
    source, change,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };
});

describe('HuggingFaceModelSource', () => {
  it('pins the revision to its commit and gives the hub alone its key', async () => {
    const { hub, files } = await hubOf({ 'onnx/model.onnx': Buffer.from('graph'), 'pytorch_model.bin': Buffer.from('pickle'), 'config.json': Buffer.from('{}') });
    const source = sourceOn(hub, 'hf_secret');
    const model = await source.describe(signal);
    expect(model).toMatchObject({ name: 'model', version: '1', provenance: { kind: 'hugging-face', source: `${hub.url}/owner/model/tree/${COMMIT}` } });
    expect(model.files.map(({ path, sha256 }) => [path, sha256 !== undefined])).toEqual([['onnx/model.onnx', true], ['config.json', false]]);
    for await (const chunk of (await source.open(model.files[0]!, { bytes: 0 }, signal)).chunks) expect(String(chunk)).toBe('graph');
    expect(hub.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer hf_secret', 'Bearer hf_secret']);
    expect(files.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    await hub[Symbol.asyncDispose]();
    await files[Symbol.asyncDispose]();
  });

  it.each(['../etc', 'a/b/c', 'owner/..', '', 'owner/mo del', 'owner/model?x'])('refuses the model id "%s"', (model) => {
    const sources = new HttpModelSources(modelSourcesOptionsSchema.parse({}));
    expect(() => sources.at({ kind: 'hugging-face', model })).toThrow(expect.objectContaining({ code: 'REGISTRY.SOURCE_FORBIDDEN' }));
  });

  it('refuses a revision that leads elsewhere', () => {
    const sources = new HttpModelSources(modelSourcesOptionsSchema.parse({}));
    expect(() => sources.at({ kind: 'hugging-face', model: 'm', revision: '../../x' })).toThrow(expect.objectContaining({ code: 'REGISTRY.SOURCE_FORBIDDEN' }));
  });
});

describe('neededFiles', () => {
  const files = ['config.json', 'tokenizer.json', 'model.safetensors', 'onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model_int8.onnx', 'onnx/model_int8.onnx_data_1', 'onnx/model_q4.onnx', 'modeling.py', 'tf_model.h5'].map((path) => ({ path }));
  const paths = (variants?: readonly string[]) => neededFiles(files, variants).map(({ path }) => path);

  it('takes the reference graph with its data, and what describes it', () => {
    expect(paths()).toEqual(['config.json', 'tokenizer.json', 'onnx/model.onnx', 'onnx/model.onnx_data']);
  });

  it('takes the variants that are wanted', () => {
    expect(paths(['fp32', 'int8'])).toEqual(['config.json', 'tokenizer.json', 'onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model_int8.onnx', 'onnx/model_int8.onnx_data_1']);
  });

  it('says what there is when a variant is missing', () => {
    expect(() => paths(['fp16'])).toThrow(/no model_fp16\.onnx, there is .*model_q4/);
  });
});
