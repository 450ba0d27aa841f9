/** How many hold something now: whoever takes a hold gives it back once. */
export class Usage {
  #holds = 0;
  readonly #waiting: (() => void)[] = [];

  /** `onIdle` is called each time that the last hold is given back. */
  constructor(private readonly onIdle: () => void = () => undefined) {}

  get holds(): number {
    return this.#holds;
  }

  hold(): Disposable {
    this.#holds += 1;
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) this.#giveBack();
        held = false;
      },
    };
  }

  /** Resolves when nobody holds it, at once if that is so now. */
  idle(): Promise<void> {
    if (this.#holds === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(): void {
    this.#holds -= 1;
    if (this.#holds > 0) return;
    this.onIdle();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
