import type { Amounts } from '@cortex/kernel';

/** The right to use part of the budget. Leaving its `using` block gives it back, whatever happened inside; what was not settled by then was not used. */
export class Permit implements Disposable {
  #used: Amounts | undefined;
  #end: ((used?: Amounts) => void) | undefined;

  constructor(end: (used?: Amounts) => void) {
    this.#end = end;
  }

  /** The work was done: what is not named was used as it was demanded. */
  settle(used: Amounts = {}): void {
    for (const amount of Object.values(used)) if (!(amount >= 0 && amount < Infinity)) throw new Error(`${amount} is no amount. This is a bug.`);
    this.#used = { ...this.#used, ...used };
  }

  [Symbol.dispose](): void {
    const end = this.#end;
    this.#end = undefined;
    end?.(this.#used);
  }
}
