import { MessageHeader } from 'apache-arrow';
import { ArrowTooLargeError } from '../arrow.errors';
import { checkBody } from './body-check';
import type { FlatTable } from './flat-buffer';
import type { IpcMessage } from './ipc-message';
import { readMetadata, readSchema, type StreamSchema } from './stream-schema';

/** How much a stream may hold. */
export interface StreamLimits {
  /** Rows of all batches together. */
  readonly rows: number;
  /** Bytes of all dictionaries together, and of all texts of a column. */
  readonly bytes: number;
}

export type MessageKind = 'schema' | 'dictionary' | 'batch';

/** Metadata versions 4 and 5; older ones lay out their buffers differently. */
const VERSIONS: readonly number[] = [3, 4];
const MOST_DICTIONARIES = 1_024;

/** Holds the messages of one stream against its schema and the limits, one after another, before anybody trusts them. */
export class StreamCheck {
  #schema: StreamSchema | undefined;
  readonly #dictionaries = new Map<number, number>();
  #dictionaryCount = 0;
  #dictionaryBytes = 0;
  #rows = 0;

  constructor(private readonly limits: StreamLimits) {}

  /** @throws ArrowFormatError, ArrowTooLargeError */
  check(message: IpcMessage): MessageKind {
    const { metadata, index } = message;
    if (!VERSIONS.includes(metadata.uint16(0))) throw metadata.buffer.broken(`its metadata version is ${metadata.uint16(0) + 1}, 4 and 5 are read here`);
    readMetadata(metadata, 4);
    const header = metadata.table(2);
    const kind = kindOf(metadata.uint8(1));
    if (!header || !kind || (kind === 'schema') !== (index === 0)) throw metadata.buffer.broken('a stream is a schema, then dictionaries and record batches');
    if (kind === 'schema') this.#begin(header, message);
    else if (kind === 'dictionary') this.#dictionary(header, message);
    else this.#batch(header, message);
    return kind;
  }

  #begin(header: FlatTable, { body }: IpcMessage): void {
    if (body.length > 0) throw header.buffer.broken('a schema has no body');
    this.#schema = readSchema(header);
  }

  #dictionary(header: FlatTable, { body }: IpcMessage): void {
    const id = header.size(0);
    const values = this.#schema!.dictionaries.get(id);
    const metadata = header.table(1);
    if (!values || !metadata) throw header.buffer.broken(`no column uses its dictionary ${id}`);
    this.#countDictionary(body.length);
    checkBody({ metadata, body }, [values], this.#dictionaries);
    const before = header.uint8(2) === 0 ? 0 : (this.#dictionaries.get(id) ?? 0);
    this.#dictionaries.set(id, before + metadata.size(0));
  }

  #countDictionary(bytes: number): void {
    this.#dictionaryCount += 1;
    this.#dictionaryBytes += bytes;
    if (this.#dictionaryCount > MOST_DICTIONARIES) throw new ArrowTooLargeError('dictionaries', MOST_DICTIONARIES);
    if (this.#dictionaryBytes > this.limits.bytes) throw new ArrowTooLargeError('bytes of dictionaries', this.limits.bytes);
  }

  #batch(metadata: FlatTable, { body }: IpcMessage): void {
    this.#rows += metadata.size(0);
    if (this.#rows > this.limits.rows) throw new ArrowTooLargeError('rows', this.limits.rows);
    checkBody({ metadata, body }, this.#schema!.columns, this.#dictionaries);
  }
}

function kindOf(header: MessageHeader): MessageKind | undefined {
  switch (header) {
    case MessageHeader.Schema: return 'schema';
    case MessageHeader.DictionaryBatch: return 'dictionary';
    case MessageHeader.RecordBatch: return 'batch';
    default: return undefined;
  }
}
