import type { Labels } from '@cortex/kernel';
import { Family, type Sample, type Series } from './family';

/** Prometheus' own: seconds of a request. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Sum extends Series {
  value: number;
  readonly add: (by?: number) => void;
}

interface Distribution extends Series {
  /** How many fell into each bucket alone; the last is all above the highest bound. */
  readonly counts: number[];
  sum: number;
  readonly record: (value: number) => void;
}

interface Reading extends Series {
  read: () => number;
}

/** Only ever grows. */
export class CounterFamily extends Family<Sum> {
  readonly type = 'counter';

  protected open(labels: Labels<string>): Sum {
    const add = (by = 1): void => {
      if (!(by >= 0)) throw this.bug(`cannot grow by ${by}`);
      (series.live ? series : this.at(labels)).value += by;
    };
    const series: Sum = { labels, live: true, value: 0, add };
    return series;
  }

  protected samplesOf({ labels, value }: Sum): readonly Sample[] {
    return [{ labels, value }];
  }
}

/** How values are spread over the metric's buckets. */
export class HistogramFamily extends Family<Distribution> {
  readonly type = 'histogram';
  readonly #bounds = this.metric.buckets ?? DEFAULT_BUCKETS;

  protected open(labels: Labels<string>): Distribution {
    const record = (value: number): void => {
      if (!Number.isFinite(value)) throw this.bug(`cannot record ${value}`);
      const current = series.live ? series : this.at(labels);
      current.counts[this.#bucketOf(value)]! += 1;
      current.sum += value;
    };
    const series: Distribution = { labels, live: true, counts: new Array<number>(this.#bounds.length + 1).fill(0), sum: 0, record };
    return series;
  }

  protected samplesOf({ labels, counts, sum }: Distribution): readonly Sample[] {
    let count = 0;
    const buckets = counts.map((inBucket, i) => {
      count += inBucket;
      return { metricName: `${this.name}_bucket`, labels: { le: this.#bounds[i] ?? '+Inf', ...labels }, value: count };
    });
    return [...buckets, { metricName: `${this.name}_sum`, labels, value: sum }, { metricName: `${this.name}_count`, labels, value: count }];
  }

  #bucketOf(value: number): number {
    let i = 0;
    while (i < this.#bounds.length && value > this.#bounds[i]!) i += 1;
    return i;
  }
}

/** Read at each scrape. */
export class GaugeFamily extends Family<Reading> {
  readonly type = 'gauge';

  protected open(labels: Labels<string>): Reading {
    return { labels, live: true, read: () => NaN };
  }

  /** A reading that fails must not cost the others: it shows as NaN. */
  protected samplesOf({ labels, read }: Reading): readonly Sample[] {
    try {
      return [{ labels, value: read() }];
    } catch {
      return [{ labels, value: NaN }];
    }
  }
}
