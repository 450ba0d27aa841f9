import type { Priority } from '@cortex/kernel';
import type { Demand, Forecast, ResidencyPlan } from '@cortex/resource-governor';
import type { ServedModel, VariantChoice } from './served-model';

/** What a request would go through now. Times in milliseconds, predicted. */
export interface Explanation {
  /** Without variant and digest while nothing was measured: its first load does. */
  readonly model: Pick<ServedModel, 'name' | 'version'> & Partial<ServedModel>;
  /** Why this version. */
  readonly version: {
    readonly alias?: string;
    readonly rollout?: { readonly arm: 'stable' | 'canary'; readonly draw: number; readonly weight: number; readonly stable: string; readonly shadow?: string };
  };
  /** Why this variant; absent while nothing was measured. */
  readonly variant?: VariantChoice;
  /** Rows of the request that are in the cache; absent where this work is not cached. */
  readonly cache?: { readonly rows: number; readonly hits: number };
  readonly demand?: Demand;
  /** Absent where the cache has all of it, or nothing was measured. */
  readonly admission?: Forecast;
  readonly session: { readonly state: 'loaded' | 'loading' | 'not loaded'; readonly loadMs: number; readonly memory?: ResidencyPlan };
  /** Rows that wait for this model now, and how long they and what runs take. */
  readonly queue: { readonly waiting: Readonly<Record<Priority, number>>; readonly backlogMs: number };
  /** For this request: until it runs, and its own run alone. */
  readonly predicted?: { readonly waitMs: number; readonly runMs: number };
}

/** Thrown instead of running a request whose context says `dryRun`. It is an answer, not a failure. */
export class Explained extends Error {
  constructor(readonly explanation: Explanation) {
    super('the request was explained, not run');
    this.name = 'Explained';
  }
}
