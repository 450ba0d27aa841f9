import { Tensor as OrtTensor } from 'onnxruntime-node';
import type { Signature } from '@cortex/inference';
import type { PackedTokens } from './packed-work';

/** The tensors of token batches. The memory is reused: it grows to the largest batch seen, and one batch is built at a time. */
export class TokenFeeds {
  readonly #columns: readonly Column[];

  constructor({ inputs }: Signature) {
    this.#columns = inputs.map(({ name, dtype }) => new Column(name, dtype === 'int32'));
  }

  /** Pads the rows on the right to the longest one, at least one token. Valid until the next call. */
  build(batch: PackedTokens): Record<string, OrtTensor> {
    const width = batch.lengths.reduce((longest, length) => Math.max(longest, length), 1);
    return Object.fromEntries(this.#columns.map((column) => [column.name, column.build(batch, width)]));
  }

  /** Lets the memory go; it grows again when it is needed. */
  release(): void {
    for (const column of this.#columns) column.release();
  }
}

/** One input of the graph. 64-bit values are written as pairs of 32-bit words (little-endian), which is far quicker than BigInt. */
class Column {
  #words = new Int32Array(0);

  constructor(readonly name: string, private readonly narrow: boolean) {}

  build(batch: PackedTokens, width: number): OrtTensor {
    const size = batch.lengths.length * width;
    this.#write(batch.lengths, width, valuesOf(this.name, batch));
    if (this.narrow) return new OrtTensor('int32', this.#words.subarray(0, size), [batch.lengths.length, width]);
    return new OrtTensor('int64', new BigInt64Array(this.#words.buffer as ArrayBuffer, 0, size), [batch.lengths.length, width]);
  }

  release(): void {
    this.#words = new Int32Array(0);
  }

  #write(lengths: Int32Array, width: number, valueAt: ValueAt): void {
    const stride = this.narrow ? 1 : 2;
    const words = this.#cleared(lengths.length * width * stride);
    let token = 0;
    for (let row = 0; row < lengths.length; row += 1) {
      for (let position = 0; position < lengths[row]!; position += 1, token += 1) {
        const value = valueAt(token, position);
        const at = (row * width + position) * stride;
        words[at] = value;
        if (value < 0 && stride === 2) words[at + 1] = -1;
      }
    }
  }

  #cleared(size: number): Int32Array {
    if (this.#words.length < size) this.#words = new Int32Array(size);
    else this.#words.fill(0, 0, size);
    return this.#words;
  }
}

/** A token's value by its index in the batch and its position in the row. */
type ValueAt = (token: number, position: number) => number;

function valuesOf(name: string, { ids, typeIds }: PackedTokens): ValueAt {
  switch (name) {
    case 'input_ids':
      return (token) => ids[token]!;
    case 'token_type_ids':
      return typeIds ? (token) => typeIds[token]! : () => 0;
    case 'position_ids':
      return (_, position) => position;
    default:
      return () => 1; // attention_mask
  }
}
