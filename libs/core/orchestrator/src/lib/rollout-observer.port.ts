/** One answer of one side of a rollout. */
export interface RolloutOutcome {
  readonly name: string;
  readonly alias: string;
  /** `canary`: the version that is tried, as a shadow too. */
  readonly arm: 'stable' | 'canary';
  readonly ms: number;
  /** Why there was none. */
  readonly error?: unknown;
}

/** Told how each side of a rollout does. */
export abstract class RolloutObserver {
  abstract record(outcome: RolloutOutcome): void;
  /** Cosine of the shadow's answer to the real one; undefined where there was none: it failed, or enough shadows ran. */
  abstract compare(outcome: { readonly name: string; readonly alias: string; readonly agreement: number | undefined }): void;
}

/** Listens to nothing. */
export class SilentRolloutObserver extends RolloutObserver {
  record(): void {}
  compare(): void {}
}
