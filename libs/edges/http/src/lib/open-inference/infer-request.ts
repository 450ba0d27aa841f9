import type { IncomingHttpHeaders } from 'node:http';
import type { TensorTable } from '@cortex/arrow';
import type { Tensor, TensorMap } from '@cortex/inference';
import { quote } from '@cortex/kernel';
import { InvalidRequestError, MalformedBodyError } from '../http.errors';
import { parseJson, readAs } from '../reading';
import { dtypeOf } from './datatype';
import { inferRequest, type InferEnvelope, type InferInput, type InferOutput } from './infer-schemas';
import { dataFromBinary } from './tensor-binary';
import { dataFromJson } from './tensor-json';
import { TensorDataError } from './tensor.errors';

/** An infer request: what it says of its tensors, and the tensors, which are read when they are asked for. */
export interface InferRequest {
  readonly envelope: InferEnvelope;
  /** What its rows are called, given back with their answers; in Arrow alone. */
  readonly ids?: TensorTable['ids'];
  /** All inputs by name. @throws TensorDataError, UnsafeIntegerError */
  tensors(): TensorMap;
}

const NOTHING = Buffer.alloc(0);

/** Splits a body at `Inference-Header-Content-Length`. @throws MalformedBodyError, InvalidRequestError */
export function readInferRequest(bytes: Buffer = NOTHING, headers: IncomingHttpHeaders): InferRequest {
  const given = headers['inference-header-content-length'];
  const length = given === undefined ? bytes.length : headerLength(given, bytes.length);
  const envelope = readEnvelope(bytes.subarray(0, length));
  return { envelope, tensors: () => tensorsOf(envelope, bytes.subarray(length)) };
}

/** The same of a value that was JSON, without binary tensors. @throws InvalidRequestError */
export function inferRequestIn(value: unknown): InferRequest {
  const envelope = checked(readAs(inferRequest, value));
  return { envelope, tensors: () => tensorsOf(envelope, NOTHING) };
}

/** Tensors in binary follow one another in the order of the inputs. */
function tensorsOf({ inputs }: InferEnvelope, binary: Buffer): TensorMap {
  // Without a prototype, so that a name such as __proto__ is a key like any other.
  const tensors: Record<string, Tensor> = Object.create(null);
  let offset = 0;
  for (const input of inputs) {
    if (tensors[input.name]) throw new InvalidRequestError('inputs', `inputs: the name ${quote(input.name)} stands twice`);
    const size = input.parameters?.binary_data_size;
    tensors[input.name] = size === undefined ? fromJson(input) : fromBinary(input, binary.subarray(offset, offset + size), size);
    offset += size ?? 0;
  }
  if (offset !== binary.length) throw new MalformedBodyError(`${binary.length} bytes follow the JSON, the inputs' binary_data_size add up to ${offset}`);
  return tensors;
}

function readEnvelope(json: Buffer): InferEnvelope {
  return checked(readAs(inferRequest, parseJson(json)));
}

function checked(envelope: InferEnvelope): InferEnvelope {
  envelope.inputs.forEach(refuseForeign);
  envelope.outputs?.forEach(refuseForeign);
  return envelope;
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

function headerLength(given: string | string[], bodyLength: number): number {
  if (!/^\d{1,15}$/.test(String(given))) throw unreadable(given, 'a whole number of bytes');
  const length = Number(given);
  if (length > bodyLength) throw unreadable(given, `at most the ${bodyLength} bytes of the body`);
  return length;
}

function unreadable(value: unknown, accepted: string): InvalidRequestError {
  return new InvalidRequestError('inference-header-content-length', `header inference-header-content-length is ${quote(value)}, expected ${accepted}`);
}

/** Extensions of Triton that are not spoken here are refused, not ignored: their answers would differ. */
function refuseForeign({ name, parameters }: InferInput | InferOutput): void {
  if (parameters === undefined) return;
  const foreign = FOREIGN.find((extension) => Reflect.get(parameters, extension) !== undefined);
  if (foreign) throw new InvalidRequestError('parameters', `${quote(name)}: ${foreign} is not supported`);
}

const FOREIGN = ['shared_memory_region', 'classification'] as const;
