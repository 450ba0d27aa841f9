import type { DType, Tensor } from '@cortex/inference';
import { onnxGraph } from './onnx-graph';

/** x [batch, 20] -> 64 relu -> y [batch, 3], fixed pseudo-random weights: the tiny model of the benchmarks. */
export function mlpGraph(): Uint8Array {
  return onnxGraph({
    inputs: [{ name: 'x', dtype: 'float32', axes: ['batch', 20] }],
    outputs: [{ name: 'y', dtype: 'float32', axes: ['batch', 3] }],
    weights: { w1: noise(1, [20, 64]), b1: noise(2, [64]), w2: noise(3, [64, 3]), b2: noise(4, [3]) },
    nodes: [
      { op: 'Gemm', inputs: ['x', 'w1', 'b1'], outputs: ['h'] },
      { op: 'Relu', inputs: ['h'], outputs: ['r'] },
      { op: 'Gemm', inputs: ['r', 'w2', 'b2'], outputs: ['y'] },
    ],
  });
}

/** x [batch, width] -> y, the same values, in any dtype. */
export function identityGraph(dtype: DType): Uint8Array {
  const axes = ['batch', 'width'];
  return onnxGraph({
    inputs: [{ name: 'x', dtype, axes }],
    outputs: [{ name: 'y', dtype, axes }],
    nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
  });
}

/** x [batch, 2] -> x / x: NaN wherever x is 0. */
export function ratioGraph(): Uint8Array {
  return onnxGraph({
    inputs: [{ name: 'x', dtype: 'float32', axes: ['batch', 2] }],
    outputs: [{ name: 'y', dtype: 'float32', axes: ['batch', 2] }],
    nodes: [{ op: 'Div', inputs: ['x', 'x'], outputs: ['y'] }],
  });
}

/** A text encoder in miniature: input_ids [batch, tokens] -> last_hidden_state [batch, tokens, width], a table look-up. */
export function lookupGraph(vocabulary: number, width: number): Uint8Array {
  return onnxGraph({
    inputs: [{ name: 'input_ids', dtype: 'int64', axes: ['batch', 'tokens'] }],
    outputs: [{ name: 'last_hidden_state', dtype: 'float32', axes: ['batch', 'tokens', width] }],
    weights: { table: noise(5, [vocabulary, width]) },
    nodes: [{ op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['last_hidden_state'] }],
  });
}

/** A look-up and a product: an encoder of which an int8 variant can be made. */
export function encoderGraph(): Uint8Array {
  return onnxGraph({
    inputs: [{ name: 'input_ids', dtype: 'int64', axes: ['batch', 'tokens'] }],
    outputs: [{ name: 'last_hidden_state', dtype: 'float32', axes: ['batch', 'tokens', 128] }],
    weights: { table: noise(5, [100, 64]), dense: noise(6, [64, 128]) },
    nodes: [
      { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['embedded'] },
      { op: 'MatMul', inputs: ['embedded', 'dense'], outputs: ['last_hidden_state'] },
    ],
  });
}

/** Values in [-1, 1) that depend on `seed` alone (a linear congruential generator, Numerical Recipes' constants). */
export function noise(seed: number, shape: readonly number[]): Tensor {
  const data = new Float32Array(shape.reduce((size, axis) => size * axis, 1));
  let state = seed >>> 0;
  for (let i = 0; i < data.length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state / 2 ** 31 - 1;
  }
  return { dtype: 'float32', shape, data };
}
