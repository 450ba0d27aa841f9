import { Telemetry, type Labels, type Metric } from '@cortex/kernel';
import { ModelGauges } from './model-gauges';

/** What each gauge reads, by metric and labels. */
class Board extends Telemetry {
  readonly #reads = new Map<string, () => number>();

  override counter() {
    return () => undefined;
  }
  override histogram() {
    return () => undefined;
  }
  override gauge<L extends string>({ name }: Metric<L>, labels: Labels<L>, read: () => number): void {
    this.#reads.set([name, ...Object.values<string>(labels)].join(' '), read);
  }
  override forget<L extends string>({ name }: Metric<L>, labels: Partial<Labels<L>>): void {
    const prefix = [name, ...Object.values(labels)].join(' ');
    for (const key of this.#reads.keys()) if (key.startsWith(prefix)) this.#reads.delete(key);
  }
  value(series: string): number | undefined {
    return this.#reads.get(series)?.();
  }
}

const session = (waiting: number, memoryBytes: number) => ({ depth: () => waiting, memoryBytes });

describe('ModelGauges', () => {
  it('adds up the sessions of a model that are loaded, and shows nothing without one', () => {
    const board = new Board();
    const gauges = new ModelGauges(board);
    const old = gauges.watch('encoder', session(3, 100));
    const fresh = gauges.watch('encoder', session(1, 200));
    expect(board.value('cortex_model_memory_bytes encoder')).toBe(300);
    expect(board.value('cortex_queue_depth encoder high')).toBe(4);
    old[Symbol.dispose]();
    old[Symbol.dispose]();
    expect(board.value('cortex_model_memory_bytes encoder')).toBe(200);
    fresh[Symbol.dispose]();
    expect(board.value('cortex_model_memory_bytes encoder')).toBeUndefined();
    expect(board.value('cortex_queue_depth encoder high')).toBeUndefined();
    using _again = gauges.watch('encoder', session(0, 50));
    expect(board.value('cortex_model_memory_bytes encoder')).toBe(50);
  });
});
