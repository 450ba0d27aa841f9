import type { Metric, RequestContext, Telemetry } from '@cortex/kernel';
import type { TokenRow, TokenWork } from '@cortex/inference';
import { demandOf } from './demand';
import type { ResultCache } from './result-cache.port';
import type { Candidate } from './served-model';

const CACHE_REQUESTS: Metric<'cache' | 'outcome'> = { name: 'cortex_cache_requests_total', help: 'Look-ups in a cache', labels: ['cache', 'outcome'] };

/** What the cache knew of a request's rows, and where the rest belongs. */
export class CachedRows {
  /** Positions in the request that must be run. */
  readonly missing: readonly number[];

  /** `costMs`: what running one of them takes, about. */
  constructor(private readonly work: TokenWork, private readonly keys: readonly string[], private readonly found: readonly (Float32Array | undefined)[], readonly costMs: number) {
    this.missing = found.flatMap((vector, index) => (vector ? [] : [index]));
  }

  get size(): number {
    return this.keys.length;
  }

  /** The work that is left. */
  rest(): TokenWork {
    const { rows } = this.work;
    return this.missing.length === rows.length ? this.work : { ...this.work, rows: this.missing.map((index) => rows[index]!) };
  }

  keysOfRest(): readonly string[] {
    return this.missing.map((index) => this.keys[index]!);
  }

  /** All vectors in the order of the request. */
  filledWith(vectors: readonly Float32Array[]): Float32Array[] {
    const filled = [...this.found];
    for (const [position, index] of this.missing.entries()) filled[index] = vectors[position];
    return filled as Float32Array[];
  }
}

export interface RowCacheSettings {
  readonly telemetry: Telemetry;
  /** A tenant may be given what was computed for another. */
  readonly isShared: boolean;
}

/** The cache as the request path sees it: a tenant's rows under a model, by the caller's cache policy. */
export class RowCache {
  readonly #hit: (by?: number) => void;
  readonly #miss: (by?: number) => void;

  constructor(private readonly cache: ResultCache, private readonly settings: RowCacheSettings) {
    const { telemetry } = settings;
    this.#hit = telemetry.counter(CACHE_REQUESTS, { cache: 'result', outcome: 'hit' });
    this.#miss = telemetry.counter(CACHE_REQUESTS, { cache: 'result', outcome: 'miss' });
  }

  /** Undefined where this work is not cached: the caller forbids it, or the model's bits depend on the batch. */
  async find({ served: model, costModel }: Pick<Candidate, 'served' | 'costModel'>, work: TokenWork, context: RequestContext): Promise<CachedRows | undefined> {
    if (context.cache === 'bypass' || !model.batchInvariant) return undefined;
    const { rows, head } = work;
    const prefix = `${model.digest}|${head.output ?? ''}|${head.pooling}|${head.normalize}|${this.settings.isShared ? '*' : context.tenant}|`;
    const keys = rows.map((row) => prefix + exactKey(row));
    const costMs = demandOf(work, costModel).cpuMs / rows.length;
    const found = context.cache === 'refresh' ? keys.map(() => undefined) : await this.cache.find(keys, costMs);
    const cached = new CachedRows(work, keys, found, costMs);
    context.timings.cache = cached.missing.length === 0 ? 'hit' : 'miss';
    if (context.dryRun) return cached;
    this.#miss(cached.missing.length);
    this.#hit(keys.length - cached.missing.length);
    return cached;
  }

  async store(cached: CachedRows, vectors: readonly Float32Array[]): Promise<void> {
    await this.cache.store(cached.keysOfRest(), vectors, cached.costMs);
  }
}

/** The ids themselves as a one-byte string: exact, so that no two texts can ever share a vector by a hash. */
function exactKey({ ids, typeIds }: TokenRow): string {
  const key = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength).toString('latin1');
  return typeIds ? `${key}|${Buffer.from(typeIds.buffer, typeIds.byteOffset, typeIds.byteLength).toString('latin1')}` : key;
}
