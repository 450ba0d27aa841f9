import { createHash, randomUUID } from 'node:crypto';
import type { ObjectStore, ReadOptions, WriteOptions } from './object-store.port';
import { DigestMismatchError, ObjectCorruptError, ObjectDigestError } from './objects.errors';

const SHA256 = /^[0-9a-f]{64}$/;
/** A draft this old has no writer any more. */
const STALE_MS = 86_400_000;

/** Bytes that are named by what they are. */
export interface Artifact {
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface StoreOptions extends WriteOptions {
  /** What the chunks shall turn out to be. With it they are written once, without it twice. */
  readonly sha256?: string;
  /** Write it also where it lies already: that may be damaged. Default false. */
  readonly replace?: boolean;
}

/** Keeps bytes under their SHA-256: what is given out is what was put in, and the same bytes are kept once. */
export class ArtifactStore {
  /** `folder`: the first part of all keys; artefacts of different owners need different ones where one of them removes any. */
  constructor(private readonly objects: ObjectStore, private readonly folder = 'artifacts') {}

  /** @throws what the store throws */
  async find(sha256: string): Promise<Artifact | undefined> {
    const found = await this.objects.find(this.#keyOf(sha256));
    return found && { sha256, bytes: found.bytes };
  }

  /** Where the promised artefact lies already, not one chunk is asked for. @throws DigestMismatchError, and what the store's `write` throws; nothing is kept then */
  async store(chunks: AsyncIterable<Uint8Array>, { sha256, replace = false, ...options }: StoreOptions = {}): Promise<Artifact> {
    if (sha256 === undefined) return this.#storeUnknown(chunks, { ...options, replace });
    const kept = replace ? undefined : await this.find(sha256);
    if (kept) return kept;
    const { bytes } = await this.objects.write(this.#keyOf(sha256), refusingOther(chunks, (found) => refuseUnpromised(sha256, found)), options);
    return { sha256, bytes };
  }

  /** Whoever reads it to its end has read what was stored. With a `start` only he can tell who has the bytes before it. @throws ObjectCorruptError before the end, and what the store's `read` throws */
  read(sha256: string, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    const chunks = this.objects.read(this.#keyOf(sha256), options);
    return options.start ? chunks : refusingOther(chunks, (found) => refuseDamaged(sha256, found));
  }

  /** @throws what the store throws */
  async remove(sha256: string): Promise<void> {
    await this.objects.remove(this.#keyOf(sha256));
  }

  /** As a draft first: the key is not known before the last byte, and no store renames. */
  async #storeUnknown(chunks: AsyncIterable<Uint8Array>, options: StoreOptions): Promise<Artifact> {
    await this.#sweepDrafts();
    const draft = `${this.folder}/drafts/${randomUUID()}`;
    try {
      const sha256 = await this.#writeDraft(draft, chunks, options);
      return await this.store(this.objects.read(draft, options), { ...options, sha256 });
    } finally {
      await this.objects.remove(draft).catch(() => undefined); // how the artefact fared is what counts; a draft that stays is swept
    }
  }

  async #writeDraft(draft: string, chunks: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<string> {
    let digest = '';
    await this.objects.write(draft, refusingOther(chunks, (found) => void (digest = found)), options);
    return digest;
  }

  async #sweepDrafts(): Promise<void> {
    for await (const { key, modifiedAt } of this.objects.list(`${this.folder}/drafts/`)) if (Date.now() - modifiedAt > STALE_MS) await this.objects.remove(key);
  }

  #keyOf(sha256: string): string {
    if (!SHA256.test(sha256)) throw new ObjectDigestError(sha256);
    return `${this.folder}/sha256/${sha256.slice(0, 2)}/${sha256}`;
  }
}

/** Passes chunks on; before their end `check` sees what they were. */
async function* refusingOther(chunks: AsyncIterable<Uint8Array>, check: (sha256: string) => void): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
  check(hash.digest('hex'));
}

function refuseUnpromised(promised: string, found: string): void {
  if (found !== promised) throw new DigestMismatchError(promised, found);
}

function refuseDamaged(sha256: string, found: string): void {
  if (found !== sha256) throw new ObjectCorruptError(sha256);
}
