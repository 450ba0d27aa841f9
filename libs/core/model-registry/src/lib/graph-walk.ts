import { open, type FileHandle } from 'node:fs/promises';
import type { PlainFile } from './file-memo';
import { RefusedError } from './refused.errors';

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
  entry: { 1: 'key', 2: 'value' },
};
const WINDOW_BYTES = 16 << 10;
const MOST_FIELDS = 5_000_000;
const MOST_DEPTH = 64;
const LONGEST_LOCATION = 1_024;
const MOST_LOCATIONS = 10_000;
/** The wire types of protobuf, and the bytes that follow a field of fixed length. */
const VARINT = 0;
const DELIMITED = 2;
const FIXED_LENGTHS: Record<number, number> = { [VARINT]: 0, 1: 8, 5: 4 };
const IR_VERSION = { field: 1, wire: VARINT };

/** The files that an ONNX graph takes weights from, as it names them. Reads a few kilobytes a tensor, never its data. @throws RefusedError when it is no whole ONNX file */
export async function externalLocations(file: PlainFile): Promise<readonly string[]> {
  const handle = await open(file.path, 'r');
  try {
    const walk = new GraphWalk(handle, file.bytes);
    await walk.enter('model', file.bytes, 0);
    if (!walk.sawGraph) throw new RefusedError('is not a whole ONNX file: it holds no graph');
    return [...walk.locations];
  } finally {
    await handle.close();
  }
}

class GraphWalk {
  readonly locations = new Set<string>();
  sawGraph = false;
  #position = 0;
  #fields = 0;
  #window = Buffer.alloc(0);
  #windowStart = 0;

  constructor(private readonly handle: FileHandle, private readonly size: number) {}

  async enter(message: string, end: number, depth: number): Promise<void> {
    if (depth > MOST_DEPTH) throw new RefusedError('nests graphs too deeply');
    if (message === 'graph') this.sawGraph = true;
    const strings = { key: '', value: '' };
    while (this.#position < end) {
      const tag = await this.#varint();
      const field = Math.floor(tag / 8);
      this.#checkStart(message, field, tag % 8);
      const fieldEnd = await this.#fieldEnd(tag % 8, end);
      const child = tag % 8 === DELIMITED ? CHILDREN[message]?.[field] : undefined;
      if (child === 'key' || child === 'value') strings[child] = await this.#text(fieldEnd);
      else if (child !== undefined) await this.enter(child, fieldEnd, depth + 1);
      this.#position = fieldEnd;
    }
    if (strings.key === 'location') this.#note(strings.value);
  }

  #note(location: string): void {
    this.locations.add(location);
    if (this.locations.size > MOST_LOCATIONS) throw new RefusedError('takes weights from too many files');
  }

  #checkStart(message: string, field: number, wire: number): void {
    this.#fields += 1;
    if (this.#fields > MOST_FIELDS) throw new RefusedError('has too many parts');
    const begins = this.#fields > 1 || (message === 'model' && field === IR_VERSION.field && wire === IR_VERSION.wire);
    if (!begins) throw new RefusedError('does not begin like an ONNX file');
  }

  async #fieldEnd(wire: number, end: number): Promise<number> {
    const length = await this.#lengthOf(wire);
    if (this.#position + length > end) throw new RefusedError(end === this.size ? 'is cut off: it should be longer' : 'is not valid ONNX');
    return this.#position + length;
  }

  async #lengthOf(wire: number): Promise<number> {
    if (wire === VARINT) await this.#varint();
    const length = wire === DELIMITED ? await this.#varint() : FIXED_LENGTHS[wire];
    if (length === undefined) throw new RefusedError('is not valid ONNX');
    return length;
  }

  async #varint(): Promise<number> {
    await this.#load(10);
    let value = 0;
    for (let i = 0; i < 10; i += 1) {
      const byte = this.#window[this.#position - this.#windowStart];
      if (byte === undefined) throw new RefusedError('is cut off: it should be longer');
      this.#position += 1;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new RefusedError('is not valid ONNX');
  }

  async #text(end: number): Promise<string> {
    const length = end - this.#position;
    if (length > LONGEST_LOCATION) throw new RefusedError('names an external file too long');
    await this.#load(length);
    return this.#window.toString('utf8', this.#position - this.#windowStart, end - this.#windowStart);
  }

  /** Makes the next `count` bytes, or as many as there are, lie in the window. */
  async #load(count: number): Promise<void> {
    const end = Math.min(this.#position + count, this.size);
    if (this.#position >= this.#windowStart && end <= this.#windowStart + this.#window.length) return;
    const { bytesRead, buffer } = await this.handle.read(Buffer.allocUnsafe(WINDOW_BYTES), 0, WINDOW_BYTES, this.#position);
    this.#window = buffer.subarray(0, bytesRead);
    this.#windowStart = this.#position;
  }
}
