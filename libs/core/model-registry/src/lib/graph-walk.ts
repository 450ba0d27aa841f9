import { open } from 'node:fs/promises';
import type { PlainFile } from './file-memo';
import { GraphOperators } from './graph-operators';
import { checkSparse, checkTensor, type ExternalData, type TensorFacts } from './graph-tensor';
import { RefusedError } from './refused.errors';
import { DELIMITED, VARINT, WireReader, type WireField } from './wire-reader';

/** Where messages lie inside messages (onnx.proto); every other field is skipped without being read. */
const CHILDREN: Record<string, Record<number, string>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  function: { 7: 'node', 11: 'attribute' },
  training: { 1: 'graph', 2: 'graph' },
  tensor: { 13: 'entry' },
};
/** Fields that are read as text: operator and domain of a node, name and domain of a function, key and value. */
const TEXTS: Record<string, readonly number[]> = { node: [4, 7], function: [1, 10], entry: [1, 2] };
/** Fields that are read as dimensions, packed or one by one. */
const DIMS: Record<string, number> = { tensor: 1, sparse: 3 };
const DATA_TYPE = 2;
/** A later one replaces an earlier one of the same tensor, as parsers do it; other data fields grow. */
const RAW_DATA = 9;
const DATA_LOCATION = 14;
const EXTERNAL = 1;
const MOST_DEPTH = 64;
const MOST_DIMS = 64;
const LONGEST_TEXT = 1_024;
const MOST_LOCATIONS = 10_000;

/** What was read of one message. */
class Facts {
  readonly texts = new Map<number, string>();
  readonly numbers = new Map<number, number>();
  readonly lengths = new Map<number, number>();
  readonly counts = new Map<number, number>();
  readonly dims: number[] = [];
  readonly entries: (readonly [key: string, value: string])[] = [];
  /** The first tensor inside a sparse one: its values. */
  values: TensorFacts | undefined;

  text(field: number): string {
    return this.texts.get(field) ?? '';
  }
  get dtype(): number {
    return this.numbers.get(DATA_TYPE) ?? 0;
  }
  get isExternal(): boolean {
    return this.numbers.get(DATA_LOCATION) === EXTERNAL;
  }
}

/**
 * What an ONNX graph takes weights from. Reads a few kilobytes a tensor, never its data, and holds everything that its
 * structure promises against what is there. @throws RefusedError when it is no whole ONNX file, or one that lies
 */
export async function inspectGraph(file: PlainFile): Promise<readonly ExternalData[]> {
  const handle = await open(file.path, 'r');
  try {
    const walk = new GraphWalk(new WireReader(handle, file.bytes));
    await walk.enter('model', file.bytes, 0);
    return walk.finish();
  } finally {
    await handle.close();
  }
}

class GraphWalk {
  /** By location, the bytes that the file there must have. */
  readonly #external = new Map<string, number>();
  readonly #operators = new GraphOperators();
  #sawGraph = false;

  constructor(private readonly reader: WireReader) {}

  finish(): readonly ExternalData[] {
    if (!this.#sawGraph) throw new RefusedError('is not a whole ONNX file: it holds no graph');
    this.#operators.refuseUnknown();
    return Array.from(this.#external, ([location, bytes]) => ({ location, bytes }));
  }

  async enter(message: string, end: number, depth: number): Promise<Facts> {
    if (depth > MOST_DEPTH) throw new RefusedError('nests graphs too deeply');
    if (message === 'graph') this.#sawGraph = true;
    const facts = new Facts();
    while (this.reader.position < end) {
      const field = await this.reader.next(end);
      const child = field.wire === DELIMITED ? CHILDREN[message]?.[field.field] : undefined;
      if (child === undefined) await this.#read(message, field, facts);
      else adopt(facts, child, await this.enter(child, field.end, depth + 1));
      this.reader.position = field.end;
    }
    this.#leave(message, facts);
    return facts;
  }

  async #read(message: string, { field, wire, end, value }: WireField, facts: Facts): Promise<void> {
    if (wire === DELIMITED && TEXTS[message]?.includes(field)) facts.texts.set(field, await this.reader.text(end, LONGEST_TEXT));
    if (message !== 'tensor' && message !== 'sparse') return;
    if (field === DIMS[message]) facts.dims.push(...(wire === DELIMITED ? await this.reader.varints(end, MOST_DIMS) : [value]));
    if (facts.dims.length > MOST_DIMS) throw new RefusedError('has a tensor with too many dimensions');
    if (wire === VARINT) facts.numbers.set(field, value);
    if (wire === DELIMITED) facts.lengths.set(field, (field === RAW_DATA ? 0 : (facts.lengths.get(field) ?? 0)) + end - this.reader.position);
    facts.counts.set(field, (facts.counts.get(field) ?? 0) + 1);
  }

  #leave(message: string, facts: Facts): void {
    if (message === 'tensor') this.#note(checkTensor(facts));
    if (message === 'sparse') checkSparse(facts.dims, facts.values);
    if (message === 'node') this.#operators.use(facts.text(7), facts.text(4));
    if (message === 'function') this.#operators.define(facts.text(10), facts.text(1));
  }

  #note(external: ExternalData | undefined): void {
    if (external === undefined) return;
    this.#external.set(external.location, Math.max(external.bytes, this.#external.get(external.location) ?? 0));
    if (this.#external.size > MOST_LOCATIONS) throw new RefusedError('takes weights from too many files');
  }
}

function adopt(facts: Facts, child: string, inner: Facts): void {
  if (child === 'entry') facts.entries.push([inner.text(1), inner.text(2)]);
  if (child === 'tensor') facts.values ??= inner;
}
