import type { Clock, RequestContext, Telemetry } from '@cortex/kernel';

export declare class Permit implements Disposable { readonly costMs: number; [Symbol.dispose](): void }
export interface GovernorState { readonly inUseMs: number; readonly budgetMs: number; readonly waitingMs: number; readonly waitingLimitMs: number; readonly waiting: Readonly<Record<string, number>> }
export declare class Governor {
  constructor(options: { readonly budgetMs: number; readonly waitingLimitMs: number }, clock: Clock, telemetry: Telemetry);
  /** costMs: predicted CPU milliseconds. @throws OverloadedError, DeadlineUnreachableError, the signal's reason */
  admit(costMs: number, context: RequestContext): Promise<Permit> | Permit;
  state(): GovernorState;
}
