import type { RequestContext } from '@cortex/kernel';
import type { ResolvedModel } from '@cortex/model-registry';
import { TooManyWaitingError } from './orchestrator.errors';
import { MOST_WAITING, whileCallerWaits } from './patience';
import type { Candidate } from './served-model';
import { Usage } from './usage';

/** Which variant answers for a reference: known, or being found out. It is never changed: a new choice is made. */
export class Choice {
  /** Those who wait to know. */
  readonly usage = new Usage();
  /** Set when it is known. */
  chosen?: Candidate;

  constructor(readonly key: string, readonly model: ResolvedModel, readonly candidate: Promise<Candidate>, readonly startedAtMs: number) {}

  /** @throws TooManyWaitingError, why none can be chosen, or the signal's reason */
  async wait(context: RequestContext): Promise<Candidate> {
    if (this.usage.holds >= MOST_WAITING) throw new TooManyWaitingError(this.model.version.name, MOST_WAITING);
    using _hold = this.usage.hold();
    return await whileCallerWaits(this.candidate, context);
  }
}
