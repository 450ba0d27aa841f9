import { Telemetry, type Labels, type Metric } from '@cortex/kernel';

/** Adds up counters by `metric/label/label`. */
export class Counts extends Telemetry {
  readonly of: Record<string, number> = {};

  override counter<L extends string>({ name }: Metric<L>, labels: Labels<L>): (by?: number) => void {
    const key = [name, ...Object.values(labels)].join('/');
    return (by = 1) => void (this.of[key] = (this.of[key] ?? 0) + by);
  }
  override histogram(): (value: number) => void {
    return () => undefined;
  }
  override gauge(): void {}
  override forget(): void {}
}
