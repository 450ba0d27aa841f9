import { FakeClock } from '@cortex/kernel/testing';
import type { GpuReading } from '@cortex/resource-governor';
import { UnreadableError } from '../host.errors';
import { NvidiaGpus } from './nvidia-gpus';
import { NvidiaSmi } from './nvidia-smi';

const card = (usedBytes: number): GpuReading => ({ gpu: '0', usedBytes, totalBytes: 100 });

/** A tool whose answers a spec gives one by one. */
class ScriptedSmi extends NvidiaSmi {
  asked = 0;
  answer: () => Promise<readonly GpuReading[] | undefined> = () => Promise.resolve([card(1)]);

  constructor() {
    super('unused', 1);
  }

  override query(): Promise<readonly GpuReading[] | undefined> {
    this.asked += 1;
    return this.answer();
  }
}

describe('NvidiaGpus', () => {
  let clock: FakeClock;
  let tool: ScriptedSmi;
  let gpus: NvidiaGpus;
  const fails = () => Promise.reject(new UnreadableError('driver mismatch'));

  beforeEach(() => {
    clock = new FakeClock();
    tool = new ScriptedSmi();
    gpus = new NvidiaGpus(tool, clock);
  });

  it('waits for the first figures and asks for newer ones every 2 s at most', async () => {
    expect(await Promise.all([gpus.read(), gpus.read()])).toEqual([[card(1)], [card(1)]]);
    clock.advance(1_999);
    await gpus.read();
    expect(tool.asked).toBe(1);
    clock.advance(1);
    await gpus.read();
    expect(tool.asked).toBe(2);
  });

  it('lets nobody wait for a slow tool while the last figures are young', async () => {
    await gpus.read();
    const { promise, resolve } = deferred<GpuReading[]>();
    tool.answer = () => promise;
    clock.advance(5_000);
    expect(await gpus.read()).toEqual([card(1)]);
    resolve([card(2)]);
    await promise;
    expect(await gpus.read()).toEqual([card(2)]);
  });

  it('waits rather than show figures of more than 10 s ago', async () => {
    await gpus.read();
    tool.answer = () => Promise.resolve([card(2)]);
    clock.advance(10_001);
    expect(await gpus.read()).toEqual([card(2)]);
  });

  it('looks once for a tool that does not exist', async () => {
    tool.answer = () => Promise.resolve(undefined);
    for (let i = 0; i < 5; i += 1) {
      expect(await gpus.read()).toEqual([]);
      clock.advance(100_000);
    }
    expect(tool.asked).toBe(1);
  });

  it('asks a failing tool again after a back-off that doubles up to a minute, and recovers', async () => {
    tool.answer = fails;
    const askedAt: number[] = [];
    for (let seconds = 0; seconds <= 200; seconds += 1) {
      const before = tool.asked;
      await expect(gpus.read()).rejects.toThrow('driver mismatch');
      if (tool.asked > before) askedAt.push(seconds);
      clock.advance(1_000);
    }
    expect(askedAt).toEqual([0, 2, 6, 14, 30, 62, 122, 182]);

    tool.answer = () => Promise.resolve([card(3)]);
    clock.advance(60_000);
    await gpus.read().catch(() => undefined);
    expect(await gpus.read()).toEqual([card(3)]);
  });

  it('passes on a bug as it is', async () => {
    tool.answer = () => Promise.reject(new TypeError('a bug'));
    await expect(gpus.read()).rejects.toThrow(TypeError);
  });
});

function deferred<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
