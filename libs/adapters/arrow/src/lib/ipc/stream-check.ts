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
  /** Bytes of the dictionaries that are in force together, and characters of the texts of a column. */
  readonly bytes: number;
}

interface Dictionary {
  readonly entries: number;
  readonly messages: number;
  readonly bytes: number;
}

export type MessageKind = 'schema' | 'dictionary' | 'batch';

/** Metadata versions 4 and 5; older ones lay out their buffers differently. */
const VERSIONS: readonly number[] = [3, 4];
const MOST_DICTIONARIES = 1_024;
const NO_DICTIONARY: Dictionary = { entries: 0, messages: 0, bytes: 0 };

/** Holds the messages of one stream against its schema and the limits, one after another, before anybody trusts them. */
export class StreamCheck {
  #schema: StreamSchema | undefined;
  readonly #dictionaries = new Map<number, Dictionary>();
  #rows = 0;

  constructor(private readonly limits: StreamLimits) {}

  /** How many fields each batch has; 0 before the schema. */
  get fields(): number {
    return this.#schema?.fields ?? 0;
  }

  /** @throws ArrowFormatError, ArrowTooLargeError */
  check(message: IpcMessage): MessageKind {
    const { metadata } = message;
    if (!VERSIONS.includes(metadata.uint16(0))) throw metadata.buffer.broken(`its metadata version is ${metadata.uint16(0) + 1}, 4 and 5 are read here`);
    readMetadata(metadata, 4);
    const header = metadata.table(2);
    const kind = kindOf(metadata.uint8(1));
    if (!header || !kind || (kind === 'schema') !== (this.#schema === undefined)) throw metadata.buffer.broken('a stream is a schema, then dictionaries and record batches');
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
    checkBody({ metadata, body }, [values], this.#dictionaries);
    const { entries, messages, bytes } = (isDelta(header) && this.#dictionaries.get(id)) || NO_DICTIONARY;
    this.#dictionaries.set(id, { entries: entries + metadata.size(0), messages: messages + 1, bytes: bytes + body.length });
    this.#requireRoom();
  }

  #requireRoom(): void {
    const all = [...this.#dictionaries.values()];
    const { bytes } = this.limits;
    if (all.reduce((sum, { messages }) => sum + messages, 0) > MOST_DICTIONARIES) throw new ArrowTooLargeError('dictionaries', MOST_DICTIONARIES);
    if (all.reduce((sum, dictionary) => sum + dictionary.bytes, 0) > bytes) throw new ArrowTooLargeError('bytes of dictionaries', bytes);
  }

  #batch(metadata: FlatTable, { body }: IpcMessage): void {
    this.#rows += metadata.size(0);
    if (this.#rows > this.limits.rows) throw new ArrowTooLargeError('rows', this.limits.rows);
    checkBody({ metadata, body }, this.#schema!.columns, this.#dictionaries);
  }
}

/** Whether a dictionary is added to the one before, rather than in its place. */
export function isDelta(dictionary: FlatTable): boolean {
  return dictionary.uint8(2) !== 0;
}

function kindOf(header: MessageHeader): MessageKind | undefined {
  switch (header) {
    case MessageHeader.Schema: return 'schema';
    case MessageHeader.DictionaryBatch: return 'dictionary';
    case MessageHeader.RecordBatch: return 'batch';
    default: return undefined;
  }
}
