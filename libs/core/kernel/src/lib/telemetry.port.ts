/** A metric as its owner declares it: a constant in the lib that measures. Labels come from bounded sets only. */
export interface Metric<Label extends string = string> {
  /** Prometheus name, unit last: `cortex_batch_rows`. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
  /** Upper bounds, histograms only. */
  readonly buckets?: readonly number[];
}

export type Labels<Label extends string> = Readonly<Record<Label, string>>;

/** Where figures go. Each call binds labels once, so that the hot path only adds a number. */
export abstract class Telemetry {
  /** Returns a function that adds `by` (default 1). */
  abstract counter<L extends string>(metric: Metric<L>, labels: Labels<L>): (by?: number) => void;
  /** Returns a function that records one value. */
  abstract histogram<L extends string>(metric: Metric<L>, labels: Labels<L>): (value: number) => void;
  /** Reads the value whenever it is asked for; a second call with the same labels replaces the first. */
  abstract gauge<L extends string>(metric: Metric<L>, labels: Labels<L>, read: () => number): void;
  /** Drops all series of `metric` that carry these labels, e.g. of an unloaded model. */
  abstract forget<L extends string>(metric: Metric<L>, labels: Partial<Labels<L>>): void;
}

/** Measures nothing: for specs, and for a sibling service that has no metrics of its own. */
export class SilentTelemetry extends Telemetry {
  counter(): (by?: number) => void {
    return () => undefined;
  }
  histogram(): (value: number) => void {
    return () => undefined;
  }
  gauge(): void {}
  forget(): void {}
}
