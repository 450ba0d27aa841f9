import type { Labels, Metric } from '@cortex/kernel';

/** A label that takes unbounded values must not take the memory with it: what comes later goes to the series `other`. */
export const MAX_SERIES = 5_000;

/** One line of the exposition. */
export interface Sample {
  /** Where it differs from the metric's. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export interface Series {
  readonly labels: Labels<string>;
  /** False once forgotten. */
  live: boolean;
}

/** All series of one metric, by their labels, and how they are exposed. */
export abstract class Family<S extends Series> {
  abstract readonly type: 'counter' | 'gauge' | 'histogram';
  readonly #series = new Map<string, S>();

  constructor(readonly metric: Metric) {
    const invalid = [metric.name, ...metric.labels].find((name) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name));
    if (invalid !== undefined) throw this.bug(`has the name '${invalid}', which Prometheus cannot read`);
  }

  protected abstract open(labels: Labels<string>): S;
  protected abstract samplesOf(series: S): readonly Sample[];

  /** The series with these labels; it is exposed from the first time on. */
  at(labels: Labels<string>): S {
    const key = this.#keyOf(labels);
    const known = this.#series.get(key);
    if (known) return known;
    return this.#series.size < MAX_SERIES ? this.#add(key, labels) : this.#other();
  }

  forget(labels: Partial<Labels<string>>): void {
    const wanted = Object.entries(labels);
    for (const [name] of wanted) this.#requireLabel(name);
    for (const [key, series] of this.#series) {
      if (!wanted.every(([name, value]) => series.labels[name] === value)) continue;
      series.live = false;
      this.#series.delete(key);
    }
  }

  /** Two constants of one name must mean the same. */
  requireSame(other: Metric): void {
    if (other === this.metric) return;
    const same = String(other.labels) === String(this.metric.labels) && String(other.buckets) === String(this.metric.buckets);
    if (!same) throw this.bug('is declared twice, and differently');
  }

  /** What prom-client's registry asks of a metric at each scrape. */
  get(): Promise<{ name: string; help: string; type: string; aggregator: 'sum'; values: readonly Sample[] }> {
    const { name, help } = this.metric;
    const values = [...this.#series.values()].flatMap((series) => this.samplesOf(series));
    return Promise.resolve({ name, help, type: this.type, aggregator: 'sum', values });
  }

  get name(): string {
    return this.metric.name;
  }

  protected bug(problem: string): Error {
    return new Error(`the metric ${this.metric.name} ${problem}. This is a bug.`);
  }

  #add(key: string, labels: Labels<string>): S {
    const series = this.open({ ...labels });
    this.#series.set(key, series);
    return series;
  }

  #other(): S {
    const labels = Object.fromEntries(this.metric.labels.map((name) => [name, 'other']));
    const key = this.#keyOf(labels);
    return this.#series.get(key) ?? this.#add(key, labels);
  }

  /** Label values in the metric's order; a unit separator keeps `a,bc` and `ab,c` apart. */
  #keyOf(labels: Labels<string>): string {
    let key = '';
    for (const name of this.metric.labels) {
      const value = labels[name];
      if (value === undefined) throw this.bug(`needs the label '${name}'`);
      key += `${value}\u001f`;
    }
    if (Object.keys(labels).length > this.metric.labels.length) Object.keys(labels).forEach((name) => this.#requireLabel(name));
    return key;
  }

  #requireLabel(name: string): void {
    if (!this.metric.labels.includes(name)) throw this.bug(`has no label '${name}'`);
  }
}
