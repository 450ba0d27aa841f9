import { costOf, type CostModel } from './cost-model';
import type { BatchItem } from './planner';
import type { QueuedItem, Submission } from './submission';

/** One run's items and what they add up to. */
export class Batch<Item extends BatchItem, Result> {
  readonly items: readonly Item[];
  readonly submissions: ReadonlySet<Submission<Item, Result>>;
  readonly rows: number;
  /** Of the rows themselves, and with the padding. */
  readonly tokens: number;
  readonly paddedTokens: number;
  /** Predicted. `workMs` is the items' own, without overhead and padding. */
  readonly costMs: number;
  readonly workMs: number;

  constructor(readonly queued: readonly QueuedItem<Item, Result>[], costModel: CostModel, readonly startedAt: number) {
    let rows = 0;
    let tokens = 0;
    let workMs = 0;
    let longest = 0;
    for (const one of queued) {
      rows += one.rows;
      tokens += one.rows * one.length;
      workMs += one.workMs;
      longest = Math.max(longest, one.length);
    }
    this.items = queued.map(({ item }) => item);
    this.submissions = new Set(queued.map(({ submission }) => submission));
    this.rows = rows;
    this.tokens = tokens;
    this.workMs = workMs;
    this.paddedTokens = rows * longest;
    this.costMs = costOf(costModel, rows, longest);
  }

  /** How long its longest waiting submission waited, in milliseconds. */
  get queueMs(): number {
    let queueMs = 0;
    for (const { submittedAt } of this.submissions) queueMs = Math.max(queueMs, this.startedAt - submittedAt);
    return queueMs;
  }
}
