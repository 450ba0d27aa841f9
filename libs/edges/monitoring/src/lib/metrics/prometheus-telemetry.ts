import { Telemetry, type Labels, type Metric } from '@cortex/kernel';
import type { Metric as PromMetric, Registry } from 'prom-client';
import { CounterFamily, GaugeFamily, HistogramFamily } from './families';

type AnyFamily = CounterFamily | HistogramFamily | GaugeFamily;

/**
 * Telemetry in a prom-client registry. A metric is declared when it is first used, a series when its labels are first
 * bound: it is exposed from then on, at zero. Asking again for the same labels costs a look-up; recording, an addition.
 */
export class PrometheusTelemetry extends Telemetry {
  readonly #families = new Map<string, AnyFamily>();

  constructor(private readonly registry: Registry) {
    super();
  }

  /** @throws Error, a bug, for labels that the metric does not declare or a name that is declared otherwise */
  counter<L extends string>(metric: Metric<L>, labels: Labels<L>): (by?: number) => void {
    return this.#family(metric, CounterFamily).at(labels).add;
  }

  histogram<L extends string>(metric: Metric<L>, labels: Labels<L>): (value: number) => void {
    return this.#family(metric, HistogramFamily).at(labels).record;
  }

  /** A read that throws shows as NaN. */
  gauge<L extends string>(metric: Metric<L>, labels: Labels<L>, read: () => number): void {
    this.#family(metric, GaugeFamily).at(labels).read = read;
  }

  /** A recorder that was bound before begins a new series when it is used again. */
  forget<L extends string>(metric: Metric<L>, labels: Partial<Labels<L>>): void {
    this.#families.get(metric.name)?.forget(labels);
  }

  #family<F extends AnyFamily>(metric: Metric, kind: new (metric: Metric) => F): F {
    const known = this.#families.get(metric.name) ?? this.#declare(new kind(metric));
    if (!(known instanceof kind)) throw new Error(`the metric ${metric.name} is a ${known.type} already. This is a bug.`);
    known.requireSame(metric);
    return known;
  }

  #declare(family: AnyFamily): AnyFamily {
    // The registry asks a metric for its name and `get()` only; its type lists prom-client's own classes.
    this.registry.registerMetric(family as unknown as PromMetric);
    this.#families.set(family.name, family);
    return family;
  }
}
