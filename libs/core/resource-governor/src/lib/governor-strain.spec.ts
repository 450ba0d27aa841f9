import { SilentTelemetry, internalContext, type Priority } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import { Governor } from './governor';
import { LoadShedError, OutOfMemoryError } from './governor.errors';
import { governorOptionsSchema, type GovernorConfiguration } from './governor.options';
import { ResourceProbe, type ResourceReading } from './resource-probe.port';
import { STAGES, reaches, stageAt, worse, type Stage } from './stage';

const GB = 1e9;

class SettableProbe extends ResourceProbe {
  reading: Partial<ResourceReading> | Error = {};

  override async read(): Promise<ResourceReading> {
    if (this.reading instanceof Error) throw this.reading;
    return { cores: 2, gpus: [], unreadable: [], ...this.reading };
  }

  override async residentBytes(): Promise<number | undefined> {
    return undefined;
  }
}

function make(options: GovernorConfiguration = {}) {
  const probe = new SettableProbe();
  const clock = new FakeClock();
  let look = (): void => undefined;
  const timer = { stopped: false };
  const every = (_ms: number, task: () => void) => {
    look = task;
    return { [Symbol.dispose]: () => void (timer.stopped = true) };
  };
  const parsed = governorOptionsSchema.parse({ budgetMs: 10, memoryLimitBytes: 10 * GB, memoryReservedBytes: 2 * GB, ...options });
  const governor = new Governor(parsed, clock, new SilentTelemetry(), { probe, every, wallNow: () => 1_700_000_000_000 });
  const stages: Stage[] = [];
  governor.onStage((stage) => stages.push(stage));
  /** One look after a second. */
  const see = async (reading: SettableProbe['reading']) => {
    probe.reading = reading;
    clock.advance(1_000);
    look();
    await new Promise((resolve) => setImmediate(resolve));
    return governor.stage;
  };
  return { governor, see, stages, clock, timer };
}

const using = (pressure: number) => ({ residentBytes: (2 + 8 * pressure) * GB });
const admit = (governor: Governor, priority: Priority) => () => governor.admit({ cpuMs: 1, tokens: 1 }, internalContext({ priority }));

describe('Governor under strain', () => {
  it('enters a stage at its pressure and leaves it a little below', async () => {
    const { see, stages } = make();
    for (const pressure of [0.5, 0.61, 0.58, 0.61, 0.54, 0.72, 0.81, 0.96, 0.91, 0.7, 0.3]) await see(using(pressure));
    expect(stages).toEqual(['shrink-caches', 'normal', 'drop-low', 'unload-idle', 'refuse', 'drop-low', 'normal']);
  });

  it('counts pressure from the reserve to the limit', async () => {
    const { governor, see } = make();
    await see({ residentBytes: 6 * GB });
    expect(governor.state().host?.memory).toEqual({ usedBytes: 6 * GB, limitBytes: 10 * GB, reservedBytes: 2 * GB, pressure: 0.5 });
  });

  it('goes by the container where its limit is the nearer one', async () => {
    const { governor, see } = make();
    await see({ residentBytes: 1 * GB, usedBytes: 3.9 * GB, limitBytes: 4 * GB });
    expect(governor.stage).toBe('refuse');
  });

  it('fills a container, takes 8 GB of a machine, and keeps half of it, where nothing is said', async () => {
    const { governor, see } = make({ memoryLimitBytes: undefined, memoryReservedBytes: undefined });
    await see({ residentBytes: 1 * GB, usedBytes: 3 * GB, limitBytes: 4 * GB, limitOf: 'container' });
    expect(governor.state().host?.memory).toEqual({ usedBytes: 3 * GB, limitBytes: 4 * GB, reservedBytes: 2 * GB, pressure: 0.5 });
    await see({ residentBytes: 6 * GB, usedBytes: 30 * GB, limitBytes: 64 * GB, limitOf: 'machine' });
    expect(governor.state().host?.memory).toEqual({ usedBytes: 6 * GB, limitBytes: 8 * GB, reservedBytes: 4 * GB, pressure: 0.5 });
  });

  it('takes no low work from drop-low on, and says when to come back', async () => {
    const { governor, see } = make();
    await see(using(0.75));
    expect(admit(governor, 'low')).toThrow(LoadShedError);
    expect(admit(governor, 'low')).toThrow(expect.objectContaining({ kind: 'overloaded', retryAfterMs: 1_000 }));
    expect(admit(governor, 'medium')).not.toThrow();
  });

  it('takes critical work only when memory is nearly used up', async () => {
    const { governor, see } = make();
    await see(using(0.97));
    expect(admit(governor, 'high')).toThrow(OutOfMemoryError);
    expect(admit(governor, 'high')).toThrow(expect.objectContaining({ kind: 'unavailable', retryAfterMs: 1_000 }));
    expect(admit(governor, 'critical')).not.toThrow();
    expect(await governor.forecast({ cpuMs: 1, tokens: 1 }, internalContext())).toMatchObject({ outcome: 'refused', reason: 'GOVERNOR.OUT_OF_MEMORY' });
  });

  it.each([
    ['reads nothing', { unreadable: ['cgroup memory'] }, 'cgroup memory'],
    ['fails', new Error('gone'), 'probe'],
  ])('keeps the stage for a while when the probe %s, then is normal, and says so', async (_, reading, source) => {
    const { governor, see, stages } = make();
    await see(using(0.75));
    for (let n = 0; n < 29; n += 1) expect(await see(reading)).toBe('drop-low');
    expect(await see(reading)).toBe('normal');
    expect(governor.state().host).toMatchObject({ unreadable: [source], blindMs: 30_000 });
    expect(stages).toEqual(['drop-low', 'normal']);
    expect(governor.decisions()[0]).toMatchObject({ kind: 'stage', reason: 'blind', subject: 'normal', at: 1_700_000_000_000 });
  });

  it('tells nobody who does not listen any more, and everyone although one fails', async () => {
    const { governor, see, stages } = make();
    const ended = jest.fn();
    governor.onStage(ended)[Symbol.dispose]();
    governor.onStage(() => {
      throw new Error('inside a listener');
    });
    const later = jest.fn();
    governor.onStage(later);
    await see(using(0.75));
    expect(ended).not.toHaveBeenCalled();
    expect(later).toHaveBeenCalledWith('drop-low');
    expect(stages).toEqual(['drop-low']);
    expect(governor.decisions()[0]).toMatchObject({ kind: 'fault', subject: 'stage listener' });
  });

  it('drops low work when the queue has been nearly full for a second, until it has emptied', async () => {
    const { governor, clock } = make({ waitingLimitMs: 100 });
    const permits = await Promise.all(Array.from({ length: 10 }, async () => admit(governor, 'medium')()));
    const waiting = Array.from({ length: 70 }, () => admit(governor, 'medium')());
    expect(governor.stage).toBe('normal');
    clock.advance(1_000);
    expect(admit(governor, 'low')).toThrow(LoadShedError);
    expect(governor.stage).toBe('drop-low');
    for (const permit of permits) permit[Symbol.dispose]();
    for (const permit of waiting) (await permit)[Symbol.dispose]();
    expect(governor.stage).toBe('normal');
  });

  it('stops looking when it is disposed', () => {
    const { governor, timer } = make();
    governor[Symbol.dispose]();
    expect(timer.stopped).toBe(true);
  });
});

describe('stages', () => {
  it('include those before them', () => {
    expect(STAGES.map((stage) => reaches(stage, 'drop-low'))).toEqual([false, false, true, true, true]);
    expect(worse('normal', 'unload-idle')).toBe('unload-idle');
  });

  it('do not flap: a pressure that wavers by less than the hysteresis changes the stage once at most', () => {
    for (let centre = 0; centre < 1.1; centre += 0.01) {
      let stage: Stage = stageAt(centre, 'normal');
      const seen = new Set([stage]);
      for (let n = 0; n < 50; n += 1) seen.add((stage = stageAt(centre + (n % 2 === 0 ? 0.024 : -0.024), stage)));
      expect(seen.size).toBeLessThanOrEqual(2);
    }
  });
});
