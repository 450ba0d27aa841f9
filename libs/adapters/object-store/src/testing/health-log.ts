import type { DependencyHealth } from '@cortex/kernel';

/** How a dependency fared: each change of state, `up` or the error's code. */
export class HealthLog implements DependencyHealth {
  readonly changes: string[] = [];

  get state(): string | undefined {
    return this.changes.at(-1);
  }

  up(): void {
    this.#note('up');
  }

  down(errorCode: string): void {
    this.#note(errorCode);
  }

  #note(state: string): void {
    if (state !== this.state) this.changes.push(state);
  }
}
