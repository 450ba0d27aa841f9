import type { IncomingHttpHeaders } from 'node:http';
import type { Tensor, TensorMap } from '@cortex/inference';
import { quote } from '@cortex/kernel';
import { InvalidRequestError, MalformedBodyError } from '../http.errors';
import { parseJson, readAs } from '../reading';
import { dtypeOf } from './datatype';
import { inferRequest, type InferEnvelope, type InferInput } from './infer-schemas';
import { dataFromBinary } from './tensor-binary';
import { dataFromJson } from './tensor-json';
import { TensorDataError } from './tensor.errors';

/** An infer request: its JSON, and the bytes that the binary tensor extension puts behind it. */
export interface InferRequest {
  readonly envelope: InferEnvelope;
  readonly binary: Buffer;
}

const NOTHING = Buffer.alloc(0);

/** Splits a body at `Inference-Header-Content-Length`. @throws MalformedBodyError, InvalidRequestError */
export function readInferRequest(bytes: Buffer = NOTHING, headers: IncomingHttpHeaders): InferRequest {
  const length = headerLength(headers['inference-header-content-length'], bytes.length);
  const envelope = readAs(inferRequest, parseJson(bytes.subarray(0, length)));
  refuseForeign(envelope);
  return { envelope, binary: bytes.subarray(length) };
}

/** All inputs by name. Tensors in binary follow one another in the order of the inputs. @throws TensorDataError, UnsafeIntegerError */
export function tensorsOf({ envelope: { inputs }, binary }: InferRequest): TensorMap {
  let offset = 0;
  const entries = inputs.map((input): [string, Tensor] => {
    const size = input.parameters?.binary_data_size;
    const tensor = size === undefined ? fromJson(input) : fromBinary(input, binary.subarray(offset, offset + size), size);
    offset += size ?? 0;
    return [input.name, tensor];
  });
  if (offset !== binary.length) throw new MalformedBodyError(`${binary.length} bytes follow the JSON, the inputs' binary_data_size add up to ${offset}`);
  const tensors = Object.fromEntries(entries);
  if (Object.keys(tensors).length !== entries.length) throw new InvalidRequestError('inputs', 'inputs: a name stands twice');
  return tensors;
}

function fromJson({ name, datatype, shape, data }: InferInput): Tensor {
  const dtype = dtypeOf(datatype);
  return { dtype, shape, data: dataFromJson({ name, dtype, shape }, data) };
}

function fromBinary({ name, datatype, shape, data }: InferInput, bytes: Buffer, size: number): Tensor {
  if (data !== undefined) throw new TensorDataError(name, 'data and binary_data_size exclude each other');
  if (bytes.length < size) throw new TensorDataError(name, `binary_data_size is ${size}, only ${bytes.length} bytes are left`);
  const dtype = dtypeOf(datatype);
  return { dtype, shape, data: dataFromBinary({ name, dtype, shape }, bytes) };
}

function headerLength(given: string | string[] | undefined, bodyLength: number): number {
  if (given === undefined) return bodyLength;
  if (!/^\d{1,15}$/.test(String(given))) throw unreadable(given, 'a whole number of bytes');
  const length = Number(given);
  if (length > bodyLength) throw unreadable(given, `at most the ${bodyLength} bytes of the body`);
  return length;
}

function unreadable(value: unknown, accepted: string): InvalidRequestError {
  return new InvalidRequestError('inference-header-content-length', `header inference-header-content-length is ${quote(value)}, expected ${accepted}`);
}

/** Extensions of Triton that are not spoken here are refused, not ignored: their answers would differ. */
function refuseForeign({ inputs, outputs = [] }: InferEnvelope): void {
  const shared = [...inputs, ...outputs].find(({ parameters }) => parameters?.shared_memory_region !== undefined);
  if (shared) throw new InvalidRequestError('parameters', `${quote(shared.name)}: shared_memory_region is not supported, send the data with the request`);
  const classified = outputs.find(({ parameters }) => parameters?.classification !== undefined);
  if (classified) throw new InvalidRequestError('parameters', `${quote(classified.name)}: classification is not supported, read the scores`);
}
