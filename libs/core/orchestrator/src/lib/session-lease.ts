import type { Output, Work } from '@cortex/inference';
import type { RequestContext } from '@cortex/kernel';
import type { LiveModel } from './live-model';

/** A loaded model in use: it stays until the `using` block ends. */
export class SessionLease implements Disposable {
  constructor(private readonly live: LiveModel, private readonly hold: Disposable) {}

  get description() {
    return this.live.description;
  }

  /** How long batches take, times what the cost model predicts. */
  get pace(): number {
    return this.live.pace;
  }

  /** @throws InputMismatchError, RunFailedError, WorkerLostError, or the signal's reason */
  submit(work: Work, context: RequestContext): Promise<Output> {
    return this.live.submit(work, context);
  }

  [Symbol.dispose](): void {
    this.hold[Symbol.dispose]();
  }
}
