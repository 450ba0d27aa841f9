import { SilentTelemetry, SystemClock } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import { FakeResourceProbe } from '@cortex/resource-governor/testing';
import { setTimeout as after } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { EventLoopLag } from './event-loop-lag';
import { PrometheusTelemetry } from './prometheus-telemetry';
import { ResourceUse } from './resource-use';

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

describe('ResourceUse', () => {
  const GB = 1e9;
  const card = (gpu: string, utilization?: number) => ({ gpu, utilization, usedBytes: 2 * GB, totalBytes: 80 * GB });
  const used = { cpuUtilization: 0.25, residentBytes: GB, usedBytes: 3 * GB, limitBytes: 8 * GB };

  it('exposes the metrics that the contract names, as they were at the last refresh', async () => {
    const registry = new Registry();
    using use = new ResourceUse(new PrometheusTelemetry(registry), new SystemClock(), new FakeResourceProbe({ ...used, gpus: [card('0', 0.5)] }));
    await use.refresh();
    const metrics = await registry.metrics();
    for (const line of [
      'cortex_cpu_utilization_ratio 0.25',
      'cortex_memory_bytes{kind="resident"} 1000000000',
      'cortex_memory_bytes{kind="used"} 3000000000',
      'cortex_memory_bytes{kind="limit"} 8000000000',
      'cortex_gpu_utilization_ratio{gpu="0"} 0.5',
      'cortex_gpu_memory_bytes{gpu="0",kind="used"} 2000000000',
      'cortex_gpu_memory_bytes{gpu="0",kind="limit"} 80000000000',
    ]) {
      expect(metrics.split('\n')).toContain(line);
    }
    expect(metrics).toMatch(/^cortex_event_loop_lag_seconds /m);
  });

  it('shows NaN for what could not be read, and recovers', async () => {
    const registry = new Registry();
    const probe = new FakeResourceProbe({ ...used, limitBytes: undefined, unreadable: ['cgroup memory'], gpus: [card('0')] });
    using use = new ResourceUse(new PrometheusTelemetry(registry), new SystemClock(), probe);
    await use.refresh();
    expect(await registry.metrics()).toMatch(/^cortex_memory_bytes\{kind="limit"\} Nan$/m);
    expect(await registry.metrics()).toMatch(/^cortex_gpu_utilization_ratio\{gpu="0"\} Nan$/m);
    expect(use.report()).toMatchObject({ memory: { usedBytes: 3 * GB }, unreadable: ['cgroup memory'] });

    probe.set({ limitBytes: 4 * GB, unreadable: [] });
    await use.refresh();
    expect(await registry.metrics()).toMatch(/^cortex_memory_bytes\{kind="limit"\} 4000000000$/m);
  });

  it('has series for the cards that are there', async () => {
    const registry = new Registry();
    const probe = new FakeResourceProbe({ gpus: [card('0', 0), card('1', 0)] });
    using use = new ResourceUse(new PrometheusTelemetry(registry), new SystemClock(), probe);
    await use.refresh();
    probe.set({ gpus: [card('1', 0), card('2', 0)] });
    await use.refresh();
    const cards = [...(await registry.metrics()).matchAll(/^cortex_gpu_(?:utilization|memory).*gpu="(\d)"/gm)].map(([, gpu]) => gpu);
    expect(new Set(cards)).toEqual(new Set(['1', '2']));
  });

  it('keeps the series of the cards while their tool cannot be read, as NaN', async () => {
    const registry = new Registry();
    const probe = new FakeResourceProbe({ gpus: [card('0', 0.5)] });
    using use = new ResourceUse(new PrometheusTelemetry(registry), new SystemClock(), probe);
    await use.refresh();
    probe.set({ gpus: [], unreadable: ['nvidia-smi'] });
    await use.refresh();
    expect(await registry.metrics()).toMatch(/^cortex_gpu_utilization_ratio\{gpu="0"\} Nan$/m);
    probe.set({ gpus: [], unreadable: [] });
    await use.refresh();
    expect(await registry.metrics()).not.toContain('gpu="0"');
  });

  it('reports the use against the limits', async () => {
    using use = new ResourceUse(new SilentTelemetry(), new SystemClock(), new FakeResourceProbe({ ...used, cpuPressure: 0.1 }));
    await use.refresh();
    expect(use.report()).toEqual({
      memory: { residentBytes: GB, usedBytes: 3 * GB, limitBytes: 8 * GB, pressure: undefined },
      cpu: { cores: 4, utilization: 0.25, pressure: 0.1 },
      eventLoop: { lagMs: expect.any(Number) },
      gpus: [],
      unreadable: [],
    });
  });

  it('shows the event loop alone where nobody looks at the machine', async () => {
    const registry = new Registry();
    using use = new ResourceUse(new PrometheusTelemetry(registry), new SystemClock());
    await use.refresh();
    expect(use.report()).toEqual({ eventLoop: { lagMs: expect.any(Number) } });
    expect(await registry.metrics()).not.toContain('cortex_memory_bytes');
  });
});

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
