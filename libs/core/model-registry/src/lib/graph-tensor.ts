import { formatBytes } from '@cortex/kernel';
import { RefusedError } from './refused.errors';

/** What a graph takes from another file: its name as the graph writes it, and how long that file must be at least. */
export interface ExternalData {
  readonly location: string;
  readonly bytes: number;
}

/** What stands in a TensorProto, without its data. Fields by their number in onnx.proto. */
export interface TensorFacts {
  readonly dims: readonly number[];
  readonly dtype: number;
  /** Bytes of each data field that is there. */
  readonly lengths: ReadonlyMap<number, number>;
  /** How often each field is there: `string_data` is one field a string. */
  readonly counts: ReadonlyMap<number, number>;
  readonly isExternal: boolean;
  readonly entries: readonly (readonly [key: string, value: string])[];
}

const STRING = 8;
/** Bits of an element, by TensorProto.DataType. */
const BITS: Record<number, number> = {
  1: 32, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 64, [STRING]: 0, 9: 8, 10: 16, 11: 64, 12: 32, 13: 64, 14: 64, 15: 128, 16: 16,
  17: 8, 18: 8, 19: 8, 20: 8, 21: 4, 22: 4, 23: 4, 24: 8, 25: 2, 26: 2,
};
const RAW_DATA = 9;
const STRING_DATA = 6;
/** Fields of numbers, and the fewest bytes that one number takes there: four, eight, or a varint's one. */
const TYPED_DATA: Record<number, number> = { 4: 4, 5: 1, 7: 1, 10: 8, 11: 1 };
const COMPLEX = [14, 15];
/** A sparse tensor is unfolded when it is loaded, whatever little the file holds of it. */
const MOST_UNFOLDED_BYTES = 2 ** 28;

/** The other file that a tensor's data lies in, or undefined where it holds its data. @throws RefusedError unless its data is as large as its dimensions say */
export function checkTensor(facts: TensorFacts): ExternalData | undefined {
  const isEmpty = facts.dims.length === 0 && facts.lengths.size === 0 && !facts.isExternal && facts.entries.length === 0;
  if (facts.dtype === 0 && isEmpty) return undefined;
  if (facts.isExternal || facts.entries.some(([key]) => key === 'location')) return externalDataOf(facts);
  const elements = elementsOf(facts.dims);
  if (facts.dtype === STRING) refuseFewer(elements, facts.counts.get(STRING_DATA) ?? 0);
  else if (facts.lengths.has(RAW_DATA)) refuseOtherSize(bytesOf(facts), facts.lengths.get(RAW_DATA)!);
  else refuseFewer(neededNumbers(facts, elements), heldNumbers(facts));
  return undefined;
}

/** @throws RefusedError when it unfolds to more than 256 MiB */
export function checkSparse(dims: readonly number[], values: TensorFacts | undefined): void {
  const bytes = elementsOf(dims) * (bitsOf(values?.dtype ?? 1) / 8 || 1);
  if (bytes > MOST_UNFOLDED_BYTES) throw new RefusedError(`has a sparse tensor that unfolds to ${formatBytes(bytes)}, the limit is ${formatBytes(MOST_UNFOLDED_BYTES)}`);
}

function externalDataOf(facts: TensorFacts): ExternalData {
  const entries = new Map(facts.entries);
  const location = entries.get('location');
  if (!location) throw new RefusedError('has a tensor in another file that it does not name');
  if (facts.dtype === STRING) throw new RefusedError('has texts in another file');
  const needed = bytesOf(facts);
  const length = wholeNumber(entries.get('length'), needed);
  if (length !== needed) throw new RefusedError(`has a tensor of ${needed} bytes, of which another file shall hold ${length}`);
  return { location, bytes: wholeNumber(entries.get('offset'), 0) + length };
}

function wholeNumber(text: string | undefined, absent: number): number {
  if (text === undefined) return absent;
  if (!/^\d{1,15}$/.test(text)) throw new RefusedError('has a tensor in another file at a place that is no whole number');
  return Number(text);
}

function elementsOf(dims: readonly number[]): number {
  if (dims.some((dim) => dim < 0)) throw new RefusedError('has a tensor with a negative dimension');
  const elements = dims.reduce((product, dim) => product * dim, 1);
  if (!Number.isSafeInteger(elements)) throw new RefusedError('has a tensor with more elements than can be counted');
  return elements;
}

function bitsOf(dtype: number): number {
  const bits = BITS[dtype];
  if (bits === undefined) throw new RefusedError(`has a tensor of the unknown type ${dtype}`);
  return bits;
}

function bytesOf({ dims, dtype }: TensorFacts): number {
  return Math.ceil((elementsOf(dims) * bitsOf(dtype)) / 8);
}

function neededNumbers({ dtype }: TensorFacts, elements: number): number {
  const bits = bitsOf(dtype);
  if (COMPLEX.includes(dtype)) return elements * 2;
  return bits < 8 ? Math.ceil((elements * bits) / 8) : elements;
}

/** The most numbers that its typed fields can hold. */
function heldNumbers({ lengths, counts }: TensorFacts): number {
  const most = Object.entries(TYPED_DATA).map(([field, bytes]) => Math.max((lengths.get(Number(field)) ?? 0) / bytes, counts.get(Number(field)) ?? 0));
  return Math.max(...most);
}

function refuseFewer(needed: number, held: number): void {
  if (held < needed) throw new RefusedError(`has a tensor of ${needed} numbers or texts that holds fewer`);
}

function refuseOtherSize(needed: number, held: number): void {
  if (needed !== held) throw new RefusedError(`has a tensor of ${needed} bytes that holds ${held}`);
}
