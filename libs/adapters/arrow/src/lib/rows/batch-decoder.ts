import { tableFromIPC, type Table } from 'apache-arrow';
import type { IpcMessage } from '../ipc/ipc-message';
import { isDelta, StreamCheck, type StreamLimits } from '../ipc/stream-check';

/** Makes a table of each batch of a stream that comes message by message. It keeps the schema and the dictionaries in force, nothing else. */
export class BatchDecoder {
  readonly #check: StreamCheck;
  #schema: Uint8Array | undefined;
  /** Each dictionary with what was added to it, in their order. */
  readonly #dictionaries = new Map<number, readonly IpcMessage[]>();

  constructor(limits: StreamLimits) {
    this.#check = new StreamCheck(limits);
  }

  /** Where the dictionaries begin that batches need now. */
  get dictionaryPlaces(): readonly number[] {
    return this.#inForce.map(({ at }) => at);
  }

  /** The batch that a message is; undefined where it is none. @throws ArrowFormatError, ArrowTooLargeError */
  take(message: IpcMessage): Table | undefined {
    const kind = this.#check.check(message);
    if (kind === 'schema') this.#schema = Buffer.from(message.bytes);
    if (kind === 'dictionary') this.#keep(message);
    return kind === 'batch' ? tableFromIPC([this.#schema!, ...this.#inForce.map(({ bytes }) => bytes), message.bytes]) : undefined;
  }

  get #inForce(): readonly IpcMessage[] {
    return [...this.#dictionaries.values()].flat().sort((one, other) => one.at - other.at);
  }

  #keep(message: IpcMessage): void {
    const header = message.metadata.table(2)!;
    const id = header.size(0);
    const before = isDelta(header) ? (this.#dictionaries.get(id) ?? []) : [];
    this.#dictionaries.set(id, [...before, { ...message, bytes: Buffer.from(message.bytes) }]);
  }
}
