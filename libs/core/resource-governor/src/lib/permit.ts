import type { Amounts } from '@cortex/kernel';

/** The right to use part of the budget. Leaving its `using` block gives it back, whatever happened inside. */
export class Permit implements Disposable {
  #used: Amounts | undefined;
  #end: ((used?: Amounts) => void) | undefined;

  constructor(end: (used?: Amounts) => void) {
    this.#end = end;
  }

  /** Says what was used, for the caller's budgets, before the permit ends; what is not named counts as it was demanded. */
  settle(used: Amounts): void {
    for (const amount of Object.values(used)) if (!(amount >= 0 && amount < Infinity)) throw new Error(`${amount} is no amount. This is a bug.`);
    this.#used = { ...this.#used, ...used };
  }

  [Symbol.dispose](): void {
    const end = this.#end;
    this.#end = undefined;
    end?.(this.#used);
  }
}
