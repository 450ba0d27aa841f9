import { InputMismatchError, type Tensor, type TensorMap } from '@cortex/inference';
import { quote } from '@cortex/kernel';
import type { ServedModel } from '@cortex/orchestrator';
import { BINARY_TYPE, Content } from '../content';
import { InvalidRequestError } from '../http.errors';
import { datatypeOf } from './datatype';
import type { InferEnvelope } from './infer-schemas';
import { dataToBinary } from './tensor-binary';
import { dataToJson } from './tensor-json';

/** The outputs a request names, in its order; undefined when it names none. @throws InputMismatchError, InvalidRequestError */
export function wantedOutputs({ outputs }: InferEnvelope, available: readonly { readonly name: string }[]): readonly string[] | undefined {
  if (!outputs || outputs.length === 0) return undefined;
  const names = outputs.map(({ name }) => name);
  const unknown = names.find((name) => !available.some((output) => output.name === name));
  if (unknown !== undefined) {
    throw new InputMismatchError('INFERENCE.UNKNOWN_OUTPUT', unknown.slice(0, 60), `unknown output ${quote(unknown)}, the model gives: ${available.map(({ name }) => name).join(', ')}`);
  }
  if (new Set(names).size !== names.length) throw new InvalidRequestError('outputs', 'outputs: a name stands twice');
  return names;
}

/** What a request gets: JSON, or JSON followed by the tensors it wanted in binary. @throws NotFiniteError */
export function inferAnswer(envelope: InferEnvelope, model: ServedModel, outputs: TensorMap): Content {
  const binary: Buffer[] = [];
  const written = outputNames(envelope, outputs).map((name) => writeOutput(name, outputs[name]!, isBinary(envelope, name) ? binary : undefined));
  const id = envelope.id === undefined ? '' : `,"id":${JSON.stringify(envelope.id)}`;
  const json = `{"model_name":${JSON.stringify(model.name)},"model_version":${JSON.stringify(model.version)}${id},"outputs":[${written.join(',')}]}`;
  return binary.length === 0 ? new Content(json) : withBinary(Buffer.from(json), binary);
}

/** The outputs as JSON alone, as they stand in such an answer. @throws NotFiniteError */
export function outputsJson(envelope: InferEnvelope, outputs: TensorMap): string {
  return `[${outputNames(envelope, outputs).map((name) => writeOutput(name, outputs[name]!, undefined))}]`;
}

/** Those that were asked for, otherwise all. */
export function outputNames({ outputs: wanted = [] }: InferEnvelope, outputs: TensorMap): readonly string[] {
  return wanted.length > 0 ? wanted.map(({ name }) => name) : Object.keys(outputs);
}

function isBinary({ outputs, parameters }: InferEnvelope, name: string): boolean {
  const own = outputs?.find((output) => output.name === name)?.parameters?.binary_data;
  return own ?? parameters?.binary_data_output ?? false;
}

/** Writes data into the JSON, or appends it to `binary`. */
function writeOutput(name: string, tensor: Tensor, binary: Buffer[] | undefined): string {
  const head = `{"name":${JSON.stringify(name)},"datatype":"${datatypeOf(tensor.dtype)}","shape":[${tensor.shape}]`;
  if (!binary) return `${head},"data":${dataToJson(name, tensor)}}`;
  const bytes = dataToBinary(tensor);
  binary.push(bytes);
  return `${head},"parameters":{"binary_data_size":${bytes.length}}}`;
}

function withBinary(json: Buffer, binary: readonly Buffer[]): Content {
  return new Content(Buffer.concat([json, ...binary]), BINARY_TYPE, { 'inference-header-content-length': String(json.length) });
}
