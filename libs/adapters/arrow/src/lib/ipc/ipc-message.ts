import { ArrowFormatError } from '../arrow.errors';
import { FlatBuffer, type FlatTable } from './flat-buffer';

/** One message of a stream, whole. */
export interface IpcMessage {
  /** Where it begins in the stream. */
  readonly at: number;
  /** Everything, as it stands in the stream. */
  readonly bytes: Uint8Array;
  readonly metadata: FlatTable;
  readonly body: Uint8Array;
}

const PREFIX_BYTES = 8;
const CONTINUATION = 0xffffffff;
/** A schema of a thousand fields takes a fiftieth. */
const MOST_METADATA_BYTES = 8_000_000;

/** The mark that ends a stream: a message of no bytes. */
export const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** Cuts a stream, as it comes, into its messages; none is larger than `limitBytes`. */
export class MessageCutter {
  readonly #chunks: Uint8Array[] = [];
  /** Of all chunks together. */
  #length = 0;
  /** So many bytes are needed to see further. */
  #needed = PREFIX_BYTES;
  /** Where the next message begins. */
  #at: number;
  #hasEnded = false;

  /** `start`: where in the stream the first chunk lies; a message begins there. */
  constructor(private readonly limitBytes: number, start = 0) {
    this.#at = start;
  }

  /** The messages that are complete now. @throws ArrowFormatError */
  *cut(chunk: Uint8Array): Generator<IpcMessage> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#needed && !this.#hasEnded) {
      const message = this.#next(this.#joined());
      if (message) yield message;
    }
    if (this.#hasEnded && this.#length > 0) throw new ArrowFormatError('the Arrow stream', `${this.#length} bytes follow its end`);
  }

  /** Says that nothing more comes. Without the mark of the end a stream may end behind any message. @throws ArrowFormatError when it ends within one */
  end(): void {
    if (this.#at === 0 && this.#length === 0) throw new ArrowFormatError('the Arrow stream', 'it ends before its schema');
    if (this.#length > 0) throw this.#broken(`it is cut off: ${this.#needed} bytes are needed, ${this.#length} came`);
  }

  /** Undefined when more is needed, or the end was reached. */
  #next(bytes: Uint8Array): IpcMessage | undefined {
    const metadataBytes = this.#metadataBytes(bytes);
    if (metadataBytes === 0) return this.#finish();
    const bodyAt = PREFIX_BYTES + metadataBytes;
    if (this.#lacks(bodyAt)) return undefined;

    const metadata = new FlatBuffer(bytes.subarray(PREFIX_BYTES, bodyAt), this.#where).root();
    const end = bodyAt + metadata.size(3);
    if (end > this.limitBytes) throw this.#broken(`it has ${end} bytes, the limit is ${this.limitBytes}`);
    if (this.#lacks(end)) return undefined;
    const at = this.#at;
    this.#drop(bytes, end);
    return { at, bytes: bytes.subarray(0, end), metadata, body: bytes.subarray(bodyAt, end) };
  }

  #metadataBytes(bytes: Uint8Array): number {
    const prefix = new DataView(bytes.buffer, bytes.byteOffset, PREFIX_BYTES);
    if (prefix.getUint32(0, true) !== CONTINUATION) throw this.#notAMessage(bytes);
    const length = prefix.getInt32(4, true);
    if (length < 0 || length > MOST_METADATA_BYTES) throw this.#broken(`its metadata is said to have ${length} bytes, the limit is ${MOST_METADATA_BYTES}`);
    return length;
  }

  #lacks(needed: number): boolean {
    this.#needed = needed;
    return this.#length < needed;
  }

  #finish(): undefined {
    if (this.#at === 0) throw new ArrowFormatError('the Arrow stream', 'it ends before its schema');
    this.#hasEnded = true;
    this.#drop(this.#joined(), PREFIX_BYTES);
  }

  #drop(bytes: Uint8Array, count: number): void {
    this.#chunks.splice(0, this.#chunks.length, bytes.subarray(count));
    this.#length -= count;
    this.#at += count;
    this.#needed = PREFIX_BYTES;
  }

  #joined(): Uint8Array {
    if (this.#chunks.length > 1) this.#chunks.splice(0, this.#chunks.length, Buffer.concat(this.#chunks, this.#length));
    return this.#chunks[0]!;
  }

  #notAMessage(bytes: Uint8Array): ArrowFormatError {
    if (Buffer.from(bytes.subarray(0, 6)).toString('latin1') === 'ARROW1') return this.#broken('this is an Arrow file; send the stream format (in pyarrow: ipc.new_stream)');
    return this.#broken('it does not begin as a message of an Arrow stream does (ff ff ff ff)');
  }

  get #where(): string {
    return `the Arrow message at byte ${this.#at}`;
  }

  #broken(problem: string): ArrowFormatError {
    return new ArrowFormatError(this.#where, problem);
  }
}
