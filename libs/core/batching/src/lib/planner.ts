import { workOf, type CostModel } from './cost-model';

/** The batcher knows of an item only this: it is never split, and shares a batch only with items of its group. */
export interface BatchItem {
  /** Rows it brings, >= 1 (a token row: 1; a tensor slab: its first axis). */
  readonly rows: number;
  /** Tokens a row, a whole number; 1 where rows have no length. A batch is padded to its longest. */
  readonly length: number;
  readonly group: string;
}

/** What a batch may hold; a single item above a limit makes a batch of its own. */
export interface PlannerOptions {
  readonly maxBatchRows: number;
  /** Padded tokens: rows x longest. */
  readonly maxBatchTokens: number;
  readonly costModel: CostModel;
  /** Most items of one plan, at most 1024. */
  readonly windowItems: number;
}

/** Sort keys are `length * KEY_STEP + index`, exact in a double for lengths below 2^43. */
const KEY_STEP = 1024;
/** Costs closer than this are equal: the sums' rounding must not decide which batch is the full one. */
const TIE = 1e-9;

/**
 * Cuts waiting items into batches of least predicted cost: sorted by length, then dynamic programming over where a batch
 * ends, O(items x rows of a batch). No other batches are cheaper for items of one row each, or of one length; where both
 * differ that would be bin packing. Its answers depend on its arguments alone; it keeps only scratch memory.
 */
export class Planner {
  readonly #keys: Float64Array;
  /** Position in the sorted order -> index of the item. */
  readonly #order: Int32Array;
  readonly #rows: Float64Array;
  readonly #lengths: Float64Array;
  /** `#least[end]`: the cost of the cheapest cut of the first `end` items, whose last batch begins at `#start[end]`. */
  readonly #least: Float64Array;
  readonly #start: Int32Array;

  constructor(private readonly options: PlannerOptions) {
    const size = Math.min(options.windowItems, KEY_STEP);
    this.#keys = new Float64Array(size);
    this.#order = new Int32Array(size);
    this.#rows = new Float64Array(size);
    this.#lengths = new Float64Array(size);
    this.#least = new Float64Array(size + 1);
    this.#start = new Int32Array(size + 1);
  }

  /**
   * The batch to run now: of the cheapest cut of the group of the most urgent item, the batch that holds it.
   * `items` are in order of urgency, at least one; those beyond the window are not looked at. `shareMs`: see `cut`.
   */
  next<Item extends BatchItem>(items: readonly Item[], shareMs: number): Item[] {
    const peers = this.#peersOfFirst(items);
    if (peers.length === 1) return [peers[0]!];
    let end = this.#solve(peers, shareMs);
    while (!this.#holdsFirst(this.#start[end]!, end)) end = this.#start[end]!;
    return this.#batch(peers, this.#start[end]!, end);
  }

  /**
   * The whole cheapest cut of items of one group, as many as the window holds, shortest batch first. No batch could
   * spare a row and still hold `shareMs` of work: that spreads little work over all slots instead of filling one.
   */
  cut<Item extends BatchItem>(items: readonly Item[], shareMs: number): Item[][] {
    const batches: Item[][] = [];
    for (let end = this.#solve(items, shareMs); end > 0; end = this.#start[end]!) {
      batches.push(this.#batch(items, this.#start[end]!, end));
    }
    return batches.reverse();
  }

  #peersOfFirst<Item extends BatchItem>(items: readonly Item[]): readonly Item[] {
    const group = items[0]?.group;
    return items.every((item) => item.group === group) ? items : items.filter((item) => item.group === group);
  }

  /** Fills the table of cheapest cuts and returns how many items it covers. */
  #solve(items: readonly BatchItem[], shareMs: number): number {
    const count = this.#sort(items);
    for (let end = 1; end <= count; end += 1) this.#findLastBatch(end, shareMs);
    return count;
  }

  #sort(items: readonly BatchItem[]): number {
    const count = Math.min(items.length, this.#keys.length);
    const keys = this.#keys.subarray(0, count);
    for (let i = 0; i < count; i += 1) keys[i] = items[i]!.length * KEY_STEP + i;
    keys.sort();
    for (let i = 0; i < count; i += 1) {
      const index = keys[i]! % KEY_STEP;
      this.#order[i] = index;
      this.#rows[i] = items[index]!.rows;
      this.#lengths[i] = items[index]!.length;
    }
    return count;
  }

  /** The hot loop: grows the batch that ends at `end` downwards until a limit stops it, and keeps the cheapest. */
  #findLastBatch(end: number, shareMs: number): void {
    const { costModel, maxBatchRows, maxBatchTokens } = this.options;
    const longest = this.#lengths[end - 1]!;
    const last = this.#rows[end - 1]!;
    const rowMs = workOf(costModel, 1, longest);
    const maxRows = Math.min(maxBatchRows, maxBatchTokens / longest);
    const maxSpareRows = (shareMs / rowMs) * (1 - TIE);
    let rows = last;
    let least = this.#least[end - 1]! + rows * rowMs;
    let start = end - 1;
    for (let from = end - 2; from >= 0; from -= 1) {
      rows += this.#rows[from]!;
      if (rows > maxRows || rows - last >= maxSpareRows) break;
      const cost = this.#least[from]! + rows * rowMs;
      if (cost < least * (1 - TIE)) {
        least = cost;
        start = from;
      }
    }
    this.#least[end] = least + costModel.c0;
    this.#start[end] = start;
  }

  #holdsFirst(start: number, end: number): boolean {
    for (let i = start; i < end; i += 1) if (this.#order[i] === 0) return true;
    return false;
  }

  #batch<Item>(items: readonly Item[], start: number, end: number): Item[] {
    const batch: Item[] = [];
    for (let i = start; i < end; i += 1) batch.push(items[this.#order[i]!]!);
    return batch;
  }
}
