import type { DType, Tensor, TensorSpec } from '@cortex/inference';
import { nodeProto, tensorHeader, type OnnxNode } from '../lib/quantize/onnx-parts';
import { message, type Field } from '../lib/quantize/protobuf';

/** A graph as onnx.proto describes it; nodes stand in the order they run. */
export interface OnnxGraph {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly nodes: readonly OnnxNode[];
  /** Constants by name; numbers only. */
  readonly weights?: Readonly<Record<string, Tensor>>;
  /** The version of the operators; default 20. */
  readonly opset?: number;
}

const IR_VERSION = 9;
const OPSET = 20;
const ELEMENT_TYPES: Record<DType, number> = {
  float32: 1, uint8: 2, int8: 3, uint16: 4, int16: 5, int32: 6, int64: 7, string: 8, bool: 9, float16: 10, float64: 11, uint32: 12, uint64: 13,
};

/** The bytes of an .onnx file, field numbers as in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
export function onnxGraph(graph: OnnxGraph): Uint8Array {
  return message([1, IR_VERSION], [8, message([2, graph.opset ?? OPSET])], [7, message(
    ...graph.nodes.map((node): Field => [1, nodeProto(node)]),
    [2, 'graph'],
    ...Object.entries(graph.weights ?? {}).map(([name, tensor]): Field => [5, tensorProto(name, tensor)]),
    ...graph.inputs.map((spec): Field => [11, valueInfo(spec)]),
    ...graph.outputs.map((spec): Field => [12, valueInfo(spec)]),
  )]);
}

/** A TensorProto: a weight, or the value of a Constant. */
export function tensorProto(name: string, { dtype, shape, data }: Tensor): Uint8Array {
  if (!ArrayBuffer.isView(data)) throw new Error('a weight is made of numbers');
  const values = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([tensorHeader({ name, elementType: ELEMENT_TYPES[dtype], shape, bytes: values.length }), values]);
}

function valueInfo({ name, dtype, axes }: TensorSpec): Uint8Array {
  const dims = axes.map((axis): Field => [1, typeof axis === 'number' ? message([1, axis]) : message([2, axis])]);
  return message([1, name], [2, message([1, message([1, ELEMENT_TYPES[dtype]], [2, message(...dims)])])]);
}
