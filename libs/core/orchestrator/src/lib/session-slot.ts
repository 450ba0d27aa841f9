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

/** One file that is opened, whatever references name it: on its way in, loaded, or on its way out. It is never brought back: a new slot is. */
export class SessionSlot {
  readonly usage: Usage;
  /** The load, once somebody wanted more than to know the variant. */
  loading?: Promise<LiveModel>;
  /** Set when the load is through. */
  live?: LiveModel;
  stage: LoadStage = 'waiting for memory';
  onIdle: () => void = () => undefined;

  constructor(readonly model: ResolvedModel, readonly candidate: Candidate, readonly startedAtMs: number) {
    this.usage = new Usage(() => this.onIdle());
  }

  get key(): string {
    return this.candidate.sessionKey;
  }

  /** Lets those who hold it finish, then frees the model. A slot whose load failed has nothing to free; whoever asked has had the error. */
  async retire(): Promise<void> {
    await this.usage.idle();
    const [outcome] = await Promise.allSettled([this.loading]);
    if (outcome?.status === 'fulfilled') await outcome.value?.close();
  }
}
