import { Tensor as OrtTensor, type InferenceSession } from 'onnxruntime-node';
import { DTYPES, type DType, type Signature, type Tensor, type TensorData, type TensorSpec } from '@cortex/inference';
import { GraphError } from './graph.errors';

/** ONNX Runtime's view of a tensor; the data is shared. Throws where the shape does not fit the data. */
export function toOrt({ dtype, data, shape }: Tensor): OrtTensor {
  return new OrtTensor(dtype, data as OrtTensor.DataType, shape);
}

/** Our view of ONNX Runtime's tensor; the data is shared. */
export function fromOrt({ type, dims, data }: OrtTensor): Tensor {
  if (!isDType(type)) throw new GraphError(`tensors of type ${type} are not supported`);
  return { dtype: type, shape: [...dims], data: type === 'float16' ? bitsOf(data) : (data as TensorData) };
}

/** What a graph takes and gives. Outputs that are not tensors (maps of a classifier's labels) are left out; inputs must be tensors. */
export function signatureOf({ inputMetadata, outputMetadata }: InferenceSession): Signature {
  const inputs = inputMetadata.map(specOf);
  const outputs = outputMetadata.filter(({ isTensor }) => isTensor).map(specOf);
  if (outputs.length === 0) throw new GraphError('it has no tensor output');
  return { inputs, outputs };
}

function specOf(value: InferenceSession.ValueMetadata): TensorSpec {
  if (!value.isTensor) throw new GraphError(`input '${value.name}' is not a tensor`);
  if (!isDType(value.type)) throw new GraphError(`'${value.name}' has type ${value.type}, which is not supported`);
  return { name: value.name, dtype: value.type, axes: [...value.shape] };
}

function isDType(type: string): type is DType {
  return (DTYPES as readonly string[]).includes(type);
}

/** Newer Node versions give half floats as a Float16Array; ours are always bits. */
function bitsOf(data: OrtTensor.DataType): Uint16Array {
  const { buffer, byteOffset, length } = data as Uint16Array;
  return new Uint16Array(buffer, byteOffset, length);
}
