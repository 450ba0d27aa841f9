import { createHash, type Hash } from 'node:crypto';

/** A piece of an object that is sent in one request. */
export interface Part {
  readonly content: Buffer;
  /** As it is asked for: hex SHA-256, or base64 MD5. */
  readonly digest: string;
  readonly isLast: boolean;
}

/** Hashed while it fills, since hashing it whole would hold up the process for tens of milliseconds. */
class Filling {
  #pieces: Uint8Array[] = [];
  readonly #hash: Hash;
  bytes = 0;

  constructor(private readonly algorithm: 'sha256' | 'md5') {
    this.#hash = createHash(algorithm);
  }

  add(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#hash.update(piece);
    this.bytes += piece.length;
  }

  part(isLast: boolean): Part {
    return { content: Buffer.concat(this.#pieces), digest: this.#hash.digest(this.algorithm === 'md5' ? 'base64' : 'hex'), isLast };
  }
}

/** Cuts a source into parts of one size, the last one smaller; there is always a last one, and it alone may be empty. */
export async function* partsOf(chunks: AsyncIterable<Uint8Array>, partBytes: number, algorithm: 'sha256' | 'md5'): AsyncGenerator<Part> {
  let filling = new Filling(algorithm);
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      if (filling.bytes === partBytes) {
        yield filling.part(false);
        filling = new Filling(algorithm);
      }
      const piece = chunk.subarray(at, at + partBytes - filling.bytes);
      filling.add(piece);
      at += piece.length;
    }
  }
  yield filling.part(true);
}
