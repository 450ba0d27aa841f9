import type { Metric } from '@cortex/kernel';
import { SilentTelemetry, SystemClock } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import { setTimeout as after } from 'node:timers/promises';
import { CpuUtilization } from './cpu-utilization';
import { EventLoopLag } from './event-loop-lag';
import { ProcessUse } from './process-use';

class RecordingTelemetry extends SilentTelemetry {
  readonly gauges = new Map<string, () => number>();
  override gauge(metric?: Metric, labels?: Readonly<Record<string, string>>, read?: () => number): void {
    this.gauges.set(`${metric?.name}${JSON.stringify(labels)}`, read!);
  }
}

describe('CpuUtilization', () => {
  describe('read', () => {
    it('is the share of all cores used since the reading a second ago', () => {
      const clock = new FakeClock();
      let cpuMs = 500;
      const utilization = new CpuUtilization(4, clock, () => cpuMs);
      expect(utilization.read()).toBe(0);

      clock.advance(2_000);
      cpuMs += 4_000;
      expect(utilization.read()).toBe(0.5);
    });

    it('keeps its figure when it is read again at once', () => {
      const clock = new FakeClock();
      let cpuMs = 0;
      const utilization = new CpuUtilization(1, clock, () => cpuMs);
      clock.advance(1_000);
      cpuMs += 250;
      utilization.read();
      clock.advance(10);
      cpuMs += 10;
      expect(utilization.read()).toBe(0.25);
    });
  });
});

describe('EventLoopLag', () => {
  it('sees a loop that was blocked, keeps it for one more window, then lets it go', async () => {
    const clock = new FakeClock();
    using lag = new EventLoopLag(clock);
    await after(30);
    block(120);
    await after(30);
    expect(lag.readMs()).toBeGreaterThan(60);

    clock.advance(10_000);
    lag.readMs();
    expect(lag.readMs()).toBeGreaterThan(60);

    clock.advance(10_000);
    lag.readMs();
    expect(lag.readMs()).toBeLessThan(60);
  });
});

describe('ProcessUse', () => {
  it('exposes the metrics that the contract names', () => {
    const telemetry = new RecordingTelemetry();
    using _use = new ProcessUse({ memoryBytes: 1e9, cores: 2 }, telemetry, new SystemClock());
    expect([...telemetry.gauges.keys()]).toEqual([
      'cortex_event_loop_lag_seconds{}',
      'cortex_cpu_utilization_ratio{}',
      ...['rss', 'heap_used', 'heap_total', 'external', 'array_buffers'].map((kind) => `cortex_memory_bytes{"kind":"${kind}"}`),
    ]);
    for (const read of telemetry.gauges.values()) expect(read()).toBeGreaterThanOrEqual(0);
  });

  describe('now', () => {
    it('sets the use against the limits', () => {
      using use = new ProcessUse({ memoryBytes: 1e9, cores: 2 }, new SilentTelemetry(), new SystemClock());
      expect(use.now()).toMatchObject({ memory: { limitBytes: 1e9 }, cpu: { cores: 2 } });
      expect(use.now().memory.usedBytes).toBeGreaterThan(1e6);
    });
  });
});

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
