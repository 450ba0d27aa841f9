import { InputUnreadableError, RowFormat, type Column, type OpenInput, type OutputRow, type ReadOptions, type RowWindow } from '@cortex/batch-inference';
import { ArrowColumnError, ArrowFormatError, ArrowTooLargeError } from '../arrow.errors';
import { END_OF_STREAM, MessageCutter, type IpcMessage } from '../ipc/ipc-message';
import { batchMessage, schemaMessage } from './answer-batch';
import { BatchDecoder } from './batch-decoder';
import { rowsOf } from './input-rows';
import { RowGathering, type Place } from './row-gathering';

export interface ArrowFormatOptions {
  /** Most bytes of one message of an input, and of its dictionaries together. Default 64 MB. */
  readonly maxMessageBytes?: number;
}

const MESSAGE_BYTES = 64_000_000;
const BEGINNING: Place = { at: 0, row: 0, dictionaries: [] };

/**
 * Files of rows as Arrow IPC streams. In: texts, or lists of them, and `id`. Out: `id` as text, a column each, `error` as a
 * struct of code and message, null where there are answers. A part is a batch without its schema.
 */
export class ArrowFormat extends RowFormat {
  readonly name = 'arrow';
  readonly contentType = 'application/vnd.apache.arrow.stream';
  readonly #limitBytes: number;

  constructor({ maxMessageBytes = MESSAGE_BYTES }: ArrowFormatOptions = {}) {
    super();
    this.#limitBytes = maxMessageBytes;
  }

  async *read(input: OpenInput, options: ReadOptions): AsyncGenerator<RowWindow> {
    try {
      yield* this.#windows(input, options);
    } catch (error) {
      if (!(error instanceof ArrowFormatError || error instanceof ArrowColumnError || error instanceof ArrowTooLargeError)) throw error;
      throw new InputUnreadableError(this.name, error.message, { cause: error });
    }
  }

  write(rows: readonly OutputRow[], columns: readonly Column[]): Uint8Array {
    return batchMessage(rows, columns);
  }

  async *join(parts: AsyncIterable<AsyncIterable<Uint8Array>>, columns: readonly Column[]): AsyncGenerator<Uint8Array> {
    yield schemaMessage(columns);
    for await (const part of parts) yield* part;
    yield END_OF_STREAM;
  }

  async *#windows(input: OpenInput, { from, fields, ...limits }: ReadOptions): AsyncGenerator<RowWindow> {
    const start = (from as Place | undefined) ?? BEGINNING;
    const decoder = await this.#decoderAt(input, start);
    const gathered = new RowGathering(limits);
    let end = { place: start, bytesRead: start.at };
    for await (const message of this.#messages(input, start.at)) {
      const batch = decoder.take(message);
      if (!batch) continue;
      const { at, bytes } = message;
      const dictionaries = decoder.dictionaryPlaces;
      const rows = rowsOf(batch, fields, limits.bytes);
      const behind = (row: number) => ({ place: { at, row, dictionaries }, bytesRead: at + Math.ceil(bytes.length * (row / Math.max(1, rows.count))) });
      for (let index = at === start.at ? start.row : 0; index < rows.count; index += 1) {
        const row = rows.at(index);
        if (gathered.isOver(row.bytes)) yield gathered.take(behind(index));
        gathered.add(row);
        if (gathered.isFull) yield gathered.take(behind(index + 1));
      }
      end = behind(rows.count);
    }
    if (!gathered.isEmpty) yield gathered.take(end);
  }

  /** Knows what the batch at that place needs to be read. */
  async #decoderAt(input: OpenInput, { at, dictionaries }: Place): Promise<BatchDecoder> {
    const decoder = new BatchDecoder({ rows: Number.MAX_SAFE_INTEGER, bytes: this.#limitBytes });
    if (at === 0) return decoder;
    for (const before of [0, ...dictionaries]) decoder.take(await this.#message(input, before));
    return decoder;
  }

  async #message(input: OpenInput, at: number): Promise<IpcMessage> {
    for await (const message of this.#messages(input, at)) return message;
    throw new ArrowFormatError(`the Arrow message at byte ${at}`, 'it is not there any more');
  }

  async *#messages(input: OpenInput, at: number): AsyncGenerator<IpcMessage> {
    const cutter = new MessageCutter(this.#limitBytes, at);
    for await (const chunk of input(at)) yield* cutter.cut(chunk);
    cutter.end();
  }
}
