import type { Budget } from '@cortex/kernel';
import { Purse } from './purse';

/** Fewer purses than this are not worth looking through for idle ones. */
const SWEEP_FROM = 1_024;

/** The purses that hold or have spent something; idle ones are dropped before the number doubles. */
export class Purses {
  /** By account; a handful each. */
  readonly #byAccount = new Map<string, Purse[]>();
  #count = 0;
  #sweepAt = SWEEP_FROM;

  constructor(private readonly wallNow: () => number) {}

  /** The purse of this budget with its latest limit, in the window of now. */
  get(budget: Budget, now: number): Purse {
    const purse = this.#find(budget) ?? this.#make(budget, now);
    purse.limit = budget.limit;
    purse.refresh(now);
    return purse;
  }

  /** Those in use, of one account or of all. */
  inUse(account: string | undefined, now: number): readonly Purse[] {
    this.#sweep(now);
    return account === undefined ? [...this.#byAccount.values()].flat() : (this.#byAccount.get(account) ?? []);
  }

  #find({ account, resource, windowMs }: Budget): Purse | undefined {
    return this.#byAccount.get(account)?.find((purse) => purse.resource === resource && purse.windowMs === windowMs);
  }

  #make(budget: Budget, now: number): Purse {
    if (this.#count >= this.#sweepAt) this.#sweep(now);
    const purse = new Purse(budget, this.wallNow);
    const others = this.#byAccount.get(budget.account);
    if (others) others.push(purse);
    else this.#byAccount.set(budget.account, [purse]);
    this.#count += 1;
    return purse;
  }

  #sweep(now: number): void {
    this.#count = 0;
    for (const [account, purses] of this.#byAccount) {
      for (const purse of purses) purse.refresh(now);
      const inUse = purses.filter((purse) => !purse.isIdle);
      this.#count += inUse.length;
      if (inUse.length === 0) this.#byAccount.delete(account);
      else this.#byAccount.set(account, inUse);
    }
    this.#sweepAt = Math.max(SWEEP_FROM, 2 * this.#count);
  }
}
