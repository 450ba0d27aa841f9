export { DTYPES, arrayOf, bytesPerElement, concatRows, joinFloats, sizeOf, sliceRows, type DType, type NumericData, type Tensor, type TensorData, type TensorMap } from './lib/tensor';
export { cosine } from './lib/cosine';
export { isBatchable, takesTokens, type Signature, type TensorSpec } from './lib/signature';
export { type BatchOutput, type Head, type Output, type TensorOutput, type TensorWork, type TokenOutput, type TokenRow, type TokenWork, type Work } from './lib/work';
export { ModelRuntime, ModelSession, type Derivatives, type Measurement, type ModelArtifact, type Placement, type VariantProfile } from './lib/model-runtime.port';
export { InputMismatchError, LoadFailedError, RunFailedError, WorkerLostError } from './lib/inference.errors';
export { validateInputs } from './lib/validate-inputs';
/** Float32 values as text: a JSON list in few digits, or base64. */
export { FLOAT_TEXT_BYTES, floatBase64, floatList, writeFloats } from './lib/float-text';
