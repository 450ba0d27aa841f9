/** Ends whatever goes through it at the n-th step, as a crash would: from then on nothing gets through until it is started again. */
export class Faults {
  #left = Infinity;
  #acts = false;
  #steps = 0;

  get steps(): number {
    return this.#steps;
  }

  /** At the n-th step from now. `acts`: that step still happens, only its answer is lost. */
  endAt(n: number, acts: boolean): void {
    [this.#left, this.#acts] = [n, acts];
  }

  start(): void {
    this.#left = Infinity;
  }

  async step<T>(act: () => T): Promise<Awaited<T>> {
    this.#steps += 1;
    this.#left -= 1;
    if (this.#left > 0) return await act();
    if (this.#left === 0 && this.#acts) await act();
    throw new Error('the process has ended');
  }

  /** The same, with each method that gives a promise as a step. */
  around<T extends object>(target: T): T {
    const get = (_: T, name: string | symbol): unknown => {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== 'function') return method;
      return (...given: unknown[]) => {
        if (name === 'read' && 'write' in target && 'list' in target) return method.apply(target, given); // streams are no steps
        return name === 'list' && 'write' in target ? method.apply(target, given) : this.step(() => method.apply(target, given) as unknown);
      };
    };
    return new Proxy(target, { get });
  }
}
