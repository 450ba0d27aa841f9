import type { DependencyHealth } from '@cortex/kernel';

/** Remembers what was said of a dependency: `up`, or the codes. */
export class RecordedHealth implements DependencyHealth {
  readonly said: string[] = [];

  up(): void {
    this.said.push('up');
  }

  down(errorCode: string): void {
    this.said.push(errorCode);
  }
}
