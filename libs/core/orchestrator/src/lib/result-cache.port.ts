/**
 * Keeps rows' vectors under exact keys (model digest, head, tenant, token ids). Bounded in bytes, never holds errors.
 * Deliberately not in it: expiry per entry, invalidation by model (a digest never changes its meaning).
 */
export abstract class ResultCache {
  /**
   * In the order of the keys; undefined where there is nothing. `costMs`: what computing one takes, about, default much: what
   * takes less than a distant cache would is not worth asking it, nor storing there.
   */
  abstract find(keys: readonly string[], costMs?: number): readonly (Float32Array | undefined)[] | Promise<readonly (Float32Array | undefined)[]>;
  /** Keeps copies. A cache that cannot store says so in its health, not to the caller. */
  abstract store(keys: readonly string[], vectors: readonly Float32Array[], costMs?: number): void | Promise<void>;
  /** Gives back half of the memory of this process that it holds, the least recently used first. */
  abstract shrink(): void | Promise<void>;
}
