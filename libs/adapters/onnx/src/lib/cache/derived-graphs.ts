import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LoadFailedError, type Derivatives, type ModelArtifact } from '@cortex/inference';
import { systemCodeOf } from '@cortex/kernel';
import { LRUCache } from 'lru-cache';
import { BoundedFolder } from './bounded-folder';
import { cacheKey } from './cache-key';
import type { OnTrouble } from './disk-trouble';

const MAX_FILES = 64;
/** Models whose possibilities, and files whose digests, are remembered. */
const REMEMBERED = 1_000;

/** Graphs that were made of others on this machine: kept between starts, found by the digest of what they were made of. */
export class DerivedGraphs {
  readonly #folder: BoundedFolder | undefined;
  readonly #possible = new LRUCache<string, Promise<readonly string[]>>({ max: REMEMBERED });
  /** By file name: what is being made. */
  readonly #making = new Map<string, Promise<string>>();
  readonly #digests = new LRUCache<string, string>({ max: REMEMBERED });

  constructor(cacheDir: string | undefined, maxBytes: number, private readonly onTrouble: OnTrouble) {
    this.#folder = cacheDir === undefined ? undefined : new BoundedFolder(join(cacheDir, 'derived'), { maxFiles: MAX_FILES, maxBytes });
  }

  /** `possible` is asked once for each model which variants can be made of it. */
  async of(artifact: ModelArtifact, possible: () => Promise<readonly string[]>): Promise<Derivatives> {
    const kept: ModelArtifact[] = [];
    const missing: string[] = [];
    for (const variant of this.#folder ? await this.#possibleFor(artifact, possible) : []) {
      const found = await this.#find(artifact, variant);
      if (found) kept.push(found);
      else missing.push(variant);
    }
    return { kept, missing };
  }

  /** The one that is kept, or what `write` puts into a file; made once, however many ask meanwhile. @throws LoadFailedError without a folder or where the disk refuses, what `write` throws */
  async make(artifact: ModelArtifact, variant: string, write: (to: string) => Promise<void>): Promise<ModelArtifact> {
    if (!this.#folder) throw new LoadFailedError(labelOf(artifact), `there is no cache folder to keep the variant ${variant} in`);
    const name = fileName(artifact, variant);
    const made = this.#making.get(name) ?? this.#keep(this.#folder, name, write).finally(() => this.#making.delete(name));
    this.#making.set(name, made);
    try {
      return await this.#describe(artifact, variant, await made);
    } catch (error) {
      const code = systemCodeOf(error);
      if (code === undefined) throw error;
      this.onTrouble(error);
      throw new LoadFailedError(labelOf(artifact), `the variant ${variant} cannot be kept, the disk refuses it (${code})`);
    }
  }

  async #keep(folder: BoundedFolder, name: string, write: (to: string) => Promise<void>): Promise<string> {
    return (await this.#attempt(() => folder.find(name))) ?? (await folder.keep(name, write));
  }

  #possibleFor(artifact: ModelArtifact, possible: () => Promise<readonly string[]>): Promise<readonly string[]> {
    const known = this.#possible.get(artifact.digest) ?? possible();
    this.#possible.set(artifact.digest, known);
    known.catch(() => this.#possible.delete(artifact.digest)); // the caller hears of it; the next one asks anew
    return known;
  }

  #find(artifact: ModelArtifact, variant: string): Promise<ModelArtifact | undefined> {
    return this.#attempt(async () => {
      const file = await this.#folder?.find(fileName(artifact, variant));
      return file === undefined ? undefined : await this.#describe(artifact, variant, file);
    });
  }

  /** What cannot be read is made again where it is wanted. */
  async #attempt<T>(look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      this.onTrouble(error);
      return undefined;
    }
  }

  async #describe(artifact: ModelArtifact, variant: string, file: string): Promise<ModelArtifact> {
    const digest = this.#digests.get(file) ?? (await digestOf(file));
    this.#digests.set(file, digest);
    return { ...artifact, variant, file, digest };
  }
}

function labelOf({ name, version }: ModelArtifact): string {
  return `${name}@${version}`;
}

function fileName(artifact: ModelArtifact, variant: string): string {
  return `${cacheKey(artifact, 'derived', variant)}.onnx`;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hash);
  return `sha256:${hash.digest('hex')}`;
}
