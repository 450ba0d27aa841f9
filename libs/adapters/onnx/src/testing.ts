/** Writes ONNX files from a description, for specs and for tools that make models. */
export { onnxGraph, type OnnxGraph } from './testing/onnx-graph';
export type { OnnxNode } from './lib/quantize/onnx-parts';
/** Small ready-made graphs: an MLP, an identity for every dtype, a division that makes NaN, a token look-up, an encoder. */
export { encoderGraph, identityGraph, lookupGraph, mlpGraph, noise, ratioGraph } from './testing/graphs';
/** A directory of model files that goes with `await using`. */
export { ModelFolder } from './testing/artifacts';
export { hasExactInt8Products } from './testing/processor';
