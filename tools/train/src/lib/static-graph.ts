import { dataType, encodeModel, initializer, node, value } from './onnx-format';
import type { QuantizedTable } from './quantize';

/**
 * The graph of a static embedding model: Gather, mask, weighted sum, normalize. (The mean's divisor cancels in the norm.)
 *
 * The weighted sum is one integer matrix product for each text, [1, sequence] x [sequence, width], so it is exact in any
 * order: padding and neighbours in the batch cannot change a bit. Weights stay within 7 bits, because u8 x s8 kernels of
 * processors without VNNI saturate at 16 bits for a pair of products (127 * 127 * 2 fits), and 133,000 tokens fit into int32.
 *
 * ONNX Runtime leaves the product of a sequence of length 0 unwritten, so `Where` puts zeros in its place.
 */
export function staticGraph(name: string, { rows, weights, width }: QuantizedTable): Uint8Array {
  return encodeModel({
    name,
    inputs: [value('input_ids', 'int64', ['batch', 'sequence']), value('attention_mask', 'int64', ['batch', 'sequence'])],
    outputs: [value('sentence_embedding', 'float', ['batch', width])],
    initializers: [
      initializer('rows', [weights.length, width], rows),
      initializer('weights', [weights.length], weights),
      initializer('sequence_axis', [1], BigInt64Array.of(1n)),
      initializer('last_axis', [1], BigInt64Array.of(-1n)),
      initializer('smallest_norm', [], Float32Array.of(1e-12)),
      initializer('zero', [], Float32Array.of(0)),
    ],
    nodes: [
      node('mask', ['Cast', 'attention_mask'], { to: dataType.uint8 }),
      node('token_weights', ['Gather', 'weights', 'input_ids']),
      node('masked_weights', ['Mul', 'token_weights', 'mask']),
      node('weight_row', ['Unsqueeze', 'masked_weights', 'sequence_axis']),
      node('token_rows', ['Gather', 'rows', 'input_ids']),
      node('sum_row', ['MatMulInteger', 'weight_row', 'token_rows']),
      node('integer_sum', ['Squeeze', 'sum_row', 'sequence_axis']),
      node('raw_sum', ['Cast', 'integer_sum'], { to: dataType.float }),
      node('length', ['Shape', 'input_ids'], { start: 1, end: 2 }),
      node('has_tokens', ['Cast', 'length'], { to: dataType.bool }),
      node('sum', ['Where', 'has_tokens', 'raw_sum', 'zero']),
      node('norm', ['ReduceL2', 'sum', 'last_axis'], { keepdims: 1 }),
      node('safe_norm', ['Max', 'norm', 'smallest_norm']),
      node('sentence_embedding', ['Div', 'sum', 'safe_norm']),
    ],
  });
}
