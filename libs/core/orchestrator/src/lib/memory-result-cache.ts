import type { Metric, Telemetry } from '@cortex/kernel';
import { LRUCache } from 'lru-cache';
import { ResultCache } from './result-cache.port';

const CACHE_BYTES: Metric<'cache'> = { name: 'cortex_cache_bytes', help: 'Bytes held by a cache', labels: ['cache'] };
/** What an entry takes beside its key and numbers, about. */
const ENTRY_BYTES = 200;

/** Vectors in this process, the least recently used dropped first. */
export class MemoryResultCache extends ResultCache {
  readonly #vectors: LRUCache<string, Float32Array>;

  constructor({ maxBytes }: { readonly maxBytes: number }, telemetry: Telemetry) {
    super();
    this.#vectors = new LRUCache({ maxSize: maxBytes, sizeCalculation: (vector, key) => vector.byteLength + key.length + ENTRY_BYTES });
    telemetry.gauge(CACHE_BYTES, { cache: 'result' }, () => this.#vectors.calculatedSize);
  }

  find(keys: readonly string[]): readonly (Float32Array | undefined)[] {
    return keys.map((key) => this.#vectors.get(key));
  }

  shrink(): void {
    for (const goal = this.#vectors.calculatedSize / 2; this.#vectors.calculatedSize > goal; ) this.#vectors.pop();
  }

  store(keys: readonly string[], vectors: readonly Float32Array[]): void {
    for (const [index, key] of keys.entries()) this.#vectors.set(key, vectors[index]!.slice());
  }
}
