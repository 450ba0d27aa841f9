/** The right to use part of the budget. Leaving its `using` block gives it back, whatever happened inside. */
export class Permit implements Disposable {
  #release: (() => void) | undefined;

  constructor(readonly costMs: number, release: () => void) {
    this.#release = release;
  }

  [Symbol.dispose](): void {
    this.#release?.();
    this.#release = undefined;
  }
}
