import type { Metric } from '@cortex/kernel';
import fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { MAX_SERIES } from './family';
import { PrometheusTelemetry } from './prometheus-telemetry';

const ROWS = { name: 'cortex_rows_total', help: 'Rows.', labels: ['model', 'outcome'] } as const satisfies Metric;
const SECONDS = { name: 'cortex_run_seconds', help: 'Run.', labels: ['model'], buckets: [0.1, 1] } as const satisfies Metric;
const DEFAULT_BUCKETS = { name: 'cortex_seconds', help: 'Seconds.', labels: ['model'] } as const satisfies Metric;
const DEPTH = { name: 'cortex_depth', help: 'Depth.', labels: ['model'] } as const satisfies Metric;
const PLAIN = { name: 'cortex_plain', help: 'Plain.', labels: [] } as const satisfies Metric;

describe('PrometheusTelemetry', () => {
  let registry: Registry;
  let telemetry: PrometheusTelemetry;
  beforeEach(() => {
    registry = new Registry();
    telemetry = new PrometheusTelemetry(registry);
  });

  /** Exposed lines without comments. */
  const exposed = async () => (await registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'));

  describe('counter', () => {
    it('adds one, or as much as it is told', async () => {
      const add = telemetry.counter(ROWS, { model: 'm', outcome: 'ok' });
      add();
      add(4);
      expect(await exposed()).toEqual(['cortex_rows_total{model="m",outcome="ok"} 5']);
    });

    it('exposes a series at zero as soon as it is bound', async () => {
      telemetry.counter(ROWS, { model: 'm', outcome: 'error' });
      expect(await exposed()).toEqual(['cortex_rows_total{model="m",outcome="error"} 0']);
    });

    it('gives the same recorder for the same labels in any order', () => {
      const first = telemetry.counter(ROWS, { model: 'm', outcome: 'ok' });
      expect(telemetry.counter(ROWS, { outcome: 'ok', model: 'm' })).toBe(first);
      expect(telemetry.counter(ROWS, { outcome: 'ok', model: 'n' })).not.toBe(first);
    });

    it('works without labels', async () => {
      telemetry.counter(PLAIN, {})(2);
      expect(await exposed()).toEqual(['cortex_plain 2']);
    });

    it('keeps every combination of label values apart', async () => {
      const value = fc.string({ maxLength: 3 });
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(fc.tuple(value, value), { selector: ([a, b]) => JSON.stringify([a, b]) }), async (pairs) => {
          const fresh = new PrometheusTelemetry(new Registry());
          const recorders = pairs.map(([model, outcome]) => fresh.counter(ROWS, { model, outcome }));
          return new Set(recorders).size === pairs.length;
        }),
      );
    });

    it.each([-1, NaN])('refuses to grow by %p', (by) => {
      const add = telemetry.counter(PLAIN, {});
      expect(() => add(by)).toThrow(/cannot grow by .*This is a bug/);
    });

    it('counts label sets beyond the limit together', async () => {
      for (let i = 0; i < MAX_SERIES + 10; i += 1) telemetry.counter(ROWS, { model: `m${i}`, outcome: 'ok' })();
      const lines = await exposed();
      expect(lines).toHaveLength(MAX_SERIES + 1);
      expect(lines).toContain('cortex_rows_total{model="other",outcome="other"} 10');
    });
  });

  describe('histogram', () => {
    it('records into the buckets of the metric', async () => {
      const record = telemetry.histogram(SECONDS, { model: 'm' });
      record(0.05);
      record(0.5);
      record(7);
      expect(await exposed()).toEqual([
        'cortex_run_seconds_bucket{le="0.1",model="m"} 1',
        'cortex_run_seconds_bucket{le="1",model="m"} 2',
        'cortex_run_seconds_bucket{le="+Inf",model="m"} 3',
        'cortex_run_seconds_sum{model="m"} 7.55',
        'cortex_run_seconds_count{model="m"} 3',
      ]);
    });

    it.each([NaN, Infinity])('refuses to record %p', (value) => {
      const record = telemetry.histogram(SECONDS, { model: 'm' });
      expect(() => record(value)).toThrow(/cannot record .*This is a bug/);
    });
  });

  it('exposes what the classes of prom-client expose', async () => {
    const label = fc.string({ unit: 'binary', maxLength: 5 });
    const event = fc.record({ model: fc.constantFrom('a', 'b', 'c'), outcome: label, value: fc.double({ min: 0, max: 20, noNaN: true }) });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
        const theirs = new Registry();
        const counter = new Counter({ name: ROWS.name, help: ROWS.help, labelNames: ROWS.labels, registers: [theirs] });
        const histogram = new Histogram({ name: DEFAULT_BUCKETS.name, help: DEFAULT_BUCKETS.help, labelNames: DEFAULT_BUCKETS.labels, registers: [theirs] });
        const ours = new Registry();
        const fresh = new PrometheusTelemetry(ours);
        for (const { model, outcome, value } of events) {
          counter.inc({ model, outcome }, value);
          histogram.observe({ model }, value);
          fresh.counter(ROWS, { model, outcome })(value);
          fresh.histogram(DEFAULT_BUCKETS, { model })(value);
        }
        if (events.length > 0) expect(await ours.metrics()).toBe(await theirs.metrics());
      }),
      { numRuns: 50 },
    );
  });

  describe('gauge', () => {
    it('reads at each scrape', async () => {
      let depth = 1;
      telemetry.gauge(DEPTH, { model: 'm' }, () => depth);
      expect(await exposed()).toEqual(['cortex_depth{model="m"} 1']);
      depth = 2;
      expect(await exposed()).toEqual(['cortex_depth{model="m"} 2']);
    });

    it('reads with the latest function for the same labels', async () => {
      telemetry.gauge(DEPTH, { model: 'm' }, () => 1);
      telemetry.gauge(DEPTH, { model: 'm' }, () => 7);
      expect(await exposed()).toEqual(['cortex_depth{model="m"} 7']);
    });

    it('shows a reading that fails as NaN and keeps the others', async () => {
      telemetry.gauge(DEPTH, { model: 'bad' }, () => {
        throw new Error('gone');
      });
      telemetry.gauge(DEPTH, { model: 'good' }, () => 3);
      expect(await exposed()).toEqual(['cortex_depth{model="bad"} Nan', 'cortex_depth{model="good"} 3']);
    });
  });

  describe('forget', () => {
    it('drops every series that carries the labels, and no other', async () => {
      telemetry.counter(ROWS, { model: 'a', outcome: 'ok' })();
      telemetry.counter(ROWS, { model: 'a', outcome: 'error' })();
      telemetry.counter(ROWS, { model: 'b', outcome: 'ok' })();
      telemetry.histogram(SECONDS, { model: 'a' })(1);
      telemetry.gauge(DEPTH, { model: 'a' }, () => 1);

      telemetry.forget(ROWS, { model: 'a' });
      telemetry.forget(SECONDS, { model: 'a' });
      telemetry.forget(DEPTH, { model: 'a' });
      expect(await exposed()).toEqual(['cortex_rows_total{model="b",outcome="ok"} 1']);
    });

    it('starts anew when a recorder from before is used, and can forget that too', async () => {
      const add = telemetry.counter(ROWS, { model: 'a', outcome: 'ok' });
      add(5);
      telemetry.forget(ROWS, {});
      add(2);
      expect(await exposed()).toEqual(['cortex_rows_total{model="a",outcome="ok"} 2']);
      telemetry.forget(ROWS, { outcome: 'ok' });
      expect(await exposed()).toEqual([]);
    });

    it('lets old and new recorders of the same labels add to one series', async () => {
      const before = telemetry.histogram(SECONDS, { model: 'a' });
      telemetry.forget(SECONDS, { model: 'a' });
      telemetry.histogram(SECONDS, { model: 'a' })(1);
      before(1);
      expect(await exposed()).toContain('cortex_run_seconds_count{model="a"} 2');
    });

    it('does nothing for a metric that nobody used', () => {
      expect(() => telemetry.forget(ROWS, { model: 'a' })).not.toThrow();
    });
  });

  describe('a metric', () => {
    it('may be declared again with the same meaning', async () => {
      telemetry.counter(ROWS, { model: 'm', outcome: 'ok' })();
      telemetry.counter({ ...ROWS, labels: [...ROWS.labels] }, { model: 'm', outcome: 'ok' })();
      expect(await exposed()).toEqual(['cortex_rows_total{model="m",outcome="ok"} 2']);
    });

    it.each([
      ['other labels', () => telemetry.counter({ ...ROWS, labels: ['model'] }, { model: 'm' })],
      ['another kind', () => telemetry.gauge(ROWS, { model: 'm', outcome: 'ok' }, () => 0)],
    ])('cannot be declared again with %s', (_, again) => {
      telemetry.counter(ROWS, { model: 'm', outcome: 'ok' });
      expect(again).toThrow(/This is a bug/);
    });

    it.each([
      ['missing', { model: 'm' }],
      ['unknown', { model: 'm', outcome: 'ok', tenant: 't' }],
    ])('refuses labels with one %s', (_, labels) => {
      const loose: Metric = ROWS;
      expect(() => telemetry.counter(loose, labels)).toThrow(/label '(outcome|tenant)'. This is a bug/);
    });

    it('needs a name that Prometheus can read', () => {
      expect(() => telemetry.counter({ name: 'cortex-rows', help: 'Rows.', labels: [] }, {})).toThrow(/cannot read/);
    });

    it('refuses to forget by a label it does not have', () => {
      const loose: Metric = DEPTH;
      telemetry.gauge(DEPTH, { model: 'm' }, () => 1);
      expect(() => telemetry.forget(loose, { tenant: 't' })).toThrow("has no label 'tenant'. This is a bug");
    });
  });
});
