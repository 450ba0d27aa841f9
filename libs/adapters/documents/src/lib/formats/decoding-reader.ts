import { TextDecoder } from 'node:util';
import { UnreadableError } from '../reading.errors';
import type { Reader, ReaderTerms, TextReader } from './reader';

/** In so many first bytes a document may name its charset. */
const HEAD_BYTES = 1_024;

/** What a document's first bytes, as Latin-1, say of its charset. */
export type NamedCharset = (head: string) => string | undefined;

/** Bytes as text: by their byte order mark, by the charset that was given, by the one that they name, by UTF-8. What cannot be decoded is U+FFFD. */
export class DecodingReader implements Reader {
  #decoder: TextDecoder | undefined;
  #head: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly inner: TextReader,
    private readonly terms: Pick<ReaderTerms, 'charset'>,
    private readonly named: NamedCharset = () => undefined,
  ) {}

  read(chunk: Uint8Array): void {
    if (this.#decoder) return this.#decode(chunk);
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.length >= HEAD_BYTES) this.#begin();
  }

  end(): void {
    if (!this.#decoder) this.#begin();
    this.inner.read(this.#decoder!.decode());
    this.inner.end();
  }

  #begin(): void {
    this.#decoder = this.#decoderOf(this.#head);
    this.#decode(this.#head);
    this.#head = new Uint8Array(0);
  }

  #decode(chunk: Uint8Array): void {
    this.inner.read(this.#decoder!.decode(chunk, { stream: true }));
  }

  #decoderOf(head: Uint8Array): TextDecoder {
    const certain = charsetOfMark(head) ?? this.terms.charset;
    if (certain !== undefined) {
      return decoderFor(certain) ?? this.#refuse(certain);
    }
    const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES)).toString('latin1');
    return decoderFor(this.named(text) ?? 'utf-8') ?? new TextDecoder();
  }

  #refuse(charset: string): never {
    throw new UnreadableError(`the charset '${charset.slice(0, 40)}' is unknown`);
  }
}

function charsetOfMark([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xff && second === 0xfe ? 'utf-16le' : undefined;
}

function decoderFor(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_NOT_SUPPORTED') return undefined;
    throw error;
  }
}
