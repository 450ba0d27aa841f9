import type { ResolvedModel } from '@cortex/model-registry';
import type { LiveModel } from './live-model';
import type { Candidate } from './served-model';
import { Usage } from './usage';

/** Where a load is. */
export type LoadStage = 'measuring' | 'waiting for memory' | 'opening';

/** A load that is under way. */
export interface LoadProgress {
  readonly name: string;
  readonly version: string;
  readonly stage: LoadStage;
  readonly sinceMs: number;
  /** Requests that wait for it. */
  readonly waiting: number;
}

/** One variant of one version: on its way in, loaded, or on its way out. It is never brought back: a new slot is. */
export class SessionSlot {
  readonly usage: Usage;
  /** The load, once somebody wanted more than to know the variant. */
  loading?: Promise<LiveModel>;
  /** Set when the variant is known. */
  chosen?: Candidate;
  /** Set when the load is through. */
  live?: LiveModel;
  stage: LoadStage = 'measuring';
  onIdle: () => void = () => undefined;

  constructor(readonly key: string, readonly model: ResolvedModel, readonly candidate: Promise<Candidate>, readonly startedAtMs: number) {
    this.usage = new Usage(() => this.onIdle());
  }

  /** Lets those who hold it finish, then frees the model. A slot whose load failed has nothing to free; whoever asked has had the error. */
  async retire(): Promise<void> {
    await Promise.allSettled([this.candidate]);
    await this.usage.idle();
    const [outcome] = await Promise.allSettled([this.loading]);
    if (outcome?.status === 'fulfilled') await outcome.value?.close();
  }
}
