/** What a newcomer would meet. `waits`: what could go is in use or not enough; `too-large`: never. */
export interface ResidencyPlan {
  readonly outcome: 'resident' | 'fits' | 'waits' | 'too-large';
  /** Predicted need. */
  readonly bytes: number;
  /** Who would go, first to last. */
  readonly evicts: readonly string[];
}

/** What is in memory, and how much of the budget it holds. */
export interface ResidencyState {
  readonly limitBytes: number;
  readonly heldBytes: number;
  /** Freed, but not given back to the system by the allocator. */
  readonly unreturnedBytes: number;
  /** Newcomers that wait for their turn. */
  readonly waiting: number;
  readonly residents: readonly {
    readonly key: string;
    /** Measured, or predicted while it is being loaded. */
    readonly bytes: number;
    readonly predictedBytes: number;
    readonly reloadMs: number;
    readonly uses: number;
    /** Loaded; false while it is being loaded or leaves. */
    readonly ready: boolean;
    readonly pinned: boolean;
    readonly idle: boolean;
  }[];
}
