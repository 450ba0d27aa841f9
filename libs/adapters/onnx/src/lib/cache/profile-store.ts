import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelArtifact } from '@cortex/inference';
import { z } from 'zod';
import { BoundedFolder } from './bounded-folder';
import { cacheKey } from './cache-key';
import type { OnTrouble } from './disk-trouble';
import type { GraphProfile } from '../probe/probe';

const LIMITS = { maxFiles: 512, maxBytes: 64 * 2 ** 20 };

const KeptProfile = z.object({
  measurements: z.array(z.object({ rows: z.number().int().positive(), length: z.number().int().positive(), ms: z.number().positive() })),
  batchInvariant: z.boolean(),
  memoryBytes: z.number().positive(),
  baseBytes: z.number().min(0).optional(),
  /** Little-endian float32, base64. */
  probe: z.string(),
});

/** Remembers what measuring taught: in memory and, where a directory is given, on disk. */
export class ProfileStore {
  /** Oldest first; promises, so that a model is measured once however many ask. */
  readonly #profiles = new Map<string, Promise<GraphProfile>>();
  readonly #folder: BoundedFolder | undefined;

  constructor(cacheDir?: string, private readonly onTrouble: OnTrouble = () => undefined) {
    this.#folder = cacheDir === undefined ? undefined : new BoundedFolder(join(cacheDir, 'profiles'), LIMITS);
  }

  /** The kept profile, or what `measure` gives, which is kept then. */
  get(artifact: ModelArtifact, measure: () => Promise<GraphProfile>): Promise<GraphProfile> {
    const { head, maxTokens, maxBatchRows, vocabularySize, isolation } = artifact;
    const key = cacheKey(artifact, head, maxTokens, maxBatchRows, vocabularySize, isolation);
    const known = this.#profiles.get(key) ?? this.#readOrMeasure(`${key}.json`, measure);
    this.#remember(key, known);
    return known;
  }

  #remember(key: string, profile: Promise<GraphProfile>): void {
    this.#profiles.delete(key);
    this.#profiles.set(key, profile);
    profile.catch(() => this.#profiles.delete(key));
    const [oldest] = this.#profiles.keys();
    if (this.#profiles.size > LIMITS.maxFiles && oldest !== undefined) this.#profiles.delete(oldest);
  }

  async #readOrMeasure(name: string, measure: () => Promise<GraphProfile>): Promise<GraphProfile> {
    const kept = await this.#find(name);
    if (kept) return kept;
    const profile = await measure();
    await this.#keep(name, profile);
    return profile;
  }

  async #find(name: string): Promise<GraphProfile | undefined> {
    try {
      const file = await this.#folder?.find(name);
      return file === undefined ? undefined : parse(await readFile(file, 'utf8'));
    } catch (error) {
      this.onTrouble(error);
      return undefined;
    }
  }

  async #keep(name: string, profile: GraphProfile): Promise<void> {
    try {
      await this.#folder?.keep(name, (draft) => writeFile(draft, serialize(profile)));
    } catch (error) {
      this.onTrouble(error); // it costs the next start a measurement, and must not cost this one the model
    }
  }
}

function serialize(profile: GraphProfile): string {
  const { buffer, byteOffset, byteLength } = profile.probe;
  return JSON.stringify({ ...profile, probe: Buffer.from(buffer, byteOffset, byteLength).toString('base64') });
}

/** Undefined for what is not a profile: it is measured anew and written over. */
function parse(text: string): GraphProfile | undefined {
  const { data } = KeptProfile.safeParse(jsonOf(text));
  return data && { ...data, probe: new Float32Array(Uint8Array.from(Buffer.from(data.probe, 'base64')).buffer) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
