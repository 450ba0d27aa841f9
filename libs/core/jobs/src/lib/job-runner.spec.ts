import { CortexError, SilentChangeSignal, SilentTelemetry } from '@cortex/kernel';
import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobChanges } from './job-changes';
import type { JobKind, JobRun } from './job-kind';
import { JobMetrics } from './job-metrics';
import type { JobRecord, JsonObject } from './job-record';
import { JobRecords } from './job-records';
import { JobRunner } from './job-runner';
import { JobStore, type JobFilter } from './job-store.port';
import { JobStoreUnavailableError, WorkerStoppedError } from './jobs.errors';
import { jobsOptionsSchema, type JobsOptions } from './jobs.options';
import { MemoryJobStore } from './memory-job-store';

const WINDOWS = 4;
const never = () => new AbortController().signal;
const order = (overrides: Partial<JobRecord> = {}): JobRecord => ({
  id: 'job', revision: 1, tenant: 'a', kind: 'test', state: 'queued', cancelRequested: false, spec: {}, checkpoint: {},
  counts: { done: 0, failed: 0 }, rank: 0, attempts: 0, setbacks: 0, createdAt: Date.now(), updatedAt: Date.now(), ...overrides,
});

class Busy extends CortexError {
  readonly code = 'TEST.BUSY';
  readonly kind = 'overloaded';
}
class Wrong extends CortexError {
  readonly code = 'TEST.WRONG';
  readonly kind = 'unprocessable';
}

/** Writes windows one after another, as a batch job does: what it writes twice is the same. */
class Writer implements JobKind {
  readonly kind = 'test';
  readonly concurrency = 1;
  /** How often each window was written, by window. */
  readonly written = new Map<number, number>();

  constructor(private readonly before: (window: number, run: JobRun) => Promise<void> = async () => undefined) {}

  async run(run: JobRun): Promise<JsonObject> {
    for (let window = (run.job.checkpoint['window'] as number | undefined) ?? 0; window < WINDOWS; window += 1) {
      await this.before(window, run);
      this.written.set(window, (this.written.get(window) ?? 0) + 1);
      await run.save({ checkpoint: { window: window + 1 }, counts: { done: window + 1, failed: 0 } });
    }
    return { windows: WINDOWS };
  }
}

/** Dies in the middle of a call: before it reached the records, or after. From then on no call returns. */
class DyingStore extends JobStore {
  #calls = 0;
  readonly #dead = new Promise<never>(() => undefined);

  constructor(private readonly store: JobStore, private readonly lastCall: number, private readonly reachesThem: boolean) {
    super();
  }

  insert = (job: JobRecord) => this.#call(() => this.store.insert(job));
  find = (id: string) => this.#call(() => this.store.find(id));
  replace = (job: JobRecord) => this.#call(() => this.store.replace(job));
  list = (filter: JobFilter) => this.#call(() => this.store.list(filter));
  remove = (id: string, revision: number) => this.#call(() => this.store.remove(id, revision));

  async #call<T>(call: () => Promise<T>): Promise<T> {
    this.#calls += 1;
    if (this.#calls < this.lastCall) return call();
    if (this.#calls === this.lastCall && this.reachesThem) await call();
    return this.#dead;
  }
}

function runner(kind: JobKind, store: JobStore, options: JobsOptions = {}) {
  const told: unknown[] = [];
  const changes = new JobChanges(new SilentChangeSignal(), 10);
  const records = new JobRecords(store, changes);
  const settings = jobsOptionsSchema.parse(options);
  return Object.assign(new JobRunner(kind, { records, changes, metrics: new JobMetrics(new SilentTelemetry()), settings, report: (error) => void told.push(error) }), { told });
}

describe('JobRunner', () => {
  let store: MemoryJobStore;

  beforeEach(async () => {
    store = new MemoryJobStore();
    await store.insert(order());
  });

  const job = async () => (await store.find('job'))!;

  it('goes on where a run was cut off, wherever that was', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.boolean()), { maxLength: 3 }), async (deaths) => {
      store = new MemoryJobStore();
      await store.insert(order());
      const writer = new Writer();
      for (const [lastCall, reachesThem] of deaths) {
        void runner(writer, new DyingStore(store, lastCall, reachesThem)).run('job', never());
        await sleep(2);
      }
      await runner(writer, store).run('job', never());
      expect(await job()).toMatchObject({ state: 'succeeded', counts: { done: WINDOWS, failed: 0 }, result: { windows: WINDOWS } });
      for (let window = 0; window < WINDOWS; window += 1) expect(writer.written.get(window)).toBeLessThanOrEqual(1 + deaths.length);
      expect([...writer.written.keys()].sort()).toEqual([0, 1, 2, 3]);
    }), { numRuns: 60 });
  });

  it('lets only the latest run change the record, however many have the job', async () => {
    const slow = new Writer(async (window) => void (await sleep(window === 1 ? 60 : 0)));
    const first = runner(slow, store).run('job', never());
    await sleep(10);
    const second = runner(new Writer(), store).run('job', never());
    await Promise.all([first, second]);
    expect(await job()).toMatchObject({ state: 'succeeded', attempts: 2, counts: { done: WINDOWS } });
    expect(slow.written.get(2)).toBeUndefined();
  });

  it('lets a run of its own that has lost the job let go before the next one begins', async () => {
    const log: string[] = [];
    const kind: JobKind = {
      kind: 'test', concurrency: 2,
      run: async ({ job: { attempts }, signal }) => {
        log.push(`${attempts} begins`);
        if (attempts === 1) await new Promise((aborted) => signal.addEventListener('abort', aborted));
        await sleep(30);
        log.push(`${attempts} ends`);
        return {};
      },
    };
    const own = runner(kind, store);
    const first = own.run('job', never());
    await sleep(10);
    await Promise.all([first, own.run('job', never())]);
    expect([log, (await job()).state]).toEqual([['1 begins', '1 ends', '2 begins', '2 ends'], 'succeeded']);
  });

  it('tells a run soon that it lost its job or was cancelled', async () => {
    for (const [change, code] of [[{ attempts: 2 }, 'JOBS.LOST'], [{ cancelRequested: true }, 'JOBS.CANCELLED']] as const) {
      store = new MemoryJobStore();
      await store.insert(order());
      let reason: unknown;
      const ending = runner(new Writer((_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject((reason = signal.reason) as Error)))), store).run('job', never());
      await sleep(5);
      const now = await job();
      await store.replace({ ...now, ...change, revision: now.revision + 1 });
      await ending;
      expect(reason).toMatchObject({ code });
      expect((await job()).state).toBe(code === 'JOBS.CANCELLED' ? 'cancelled' : 'running');
    }
  });

  it('refuses to save for a job that was cancelled', async () => {
    const deaf = new Writer(async (window) => {
      if (window === 1) await store.replace({ ...(await job()), cancelRequested: true, revision: (await job()).revision + 1 });
    });
    await runner(deaf, store).run('job', never());
    expect([await job(), deaf.written.size]).toMatchObject([{ state: 'cancelled', checkpoint: { window: 1 } }, 2]);
  });

  it('hands a job back that cannot go on now, and says so to the queue', async () => {
    let busy = 2;
    const writer = new Writer(async (window) => {
      if (window === 2 && busy-- > 0) throw new Busy('later');
    });
    for (const attempts of [1, 2]) {
      await expect(runner(writer, store).run('job', never())).rejects.toMatchObject({ code: 'TEST.BUSY' });
      expect(await job()).toMatchObject({ state: 'queued', attempts, setbacks: 0, checkpoint: { window: 2 } });
    }
    await runner(writer, store).run('job', never());
    expect(await job()).toMatchObject({ state: 'succeeded', attempts: 3 });
    expect([...writer.written.values()]).toEqual([1, 1, 1, 1]);
  });

  it('lets a kind say what brings its jobs back', async () => {
    const stubborn = Object.assign(new Writer(async () => Promise.reject(new Wrong('no such model'))), { comesBack: (error: CortexError) => error instanceof Wrong });
    await expect(runner(stubborn, store).run('job', never())).rejects.toThrow('no such model');
    const impatient = Object.assign(new Writer(async () => Promise.reject(new Busy('later'))), { comesBack: () => false });
    await runner(impatient, store).run('job', never());
    expect(await job()).toMatchObject({ state: 'failed', attempts: 2, error: { code: 'TEST.BUSY' } });
  });

  it('loses patience with a job that gets no further', async () => {
    await expect(runner(new Writer(async () => Promise.reject(new Busy('later'))), store, { patienceMs: 50 }).run('job', never())).rejects.toThrow('later');
    await sleep(60);
    await runner(new Writer(async () => Promise.reject(new Busy('later'))), store, { patienceMs: 50 }).run('job', never());
    expect(await job()).toMatchObject({ state: 'failed', error: { code: 'TEST.BUSY', message: 'later' } });
  });

  it('fails at once for a mistake, with its code and message', async () => {
    await runner(new Writer(async () => Promise.reject(new Wrong('no such model'))), store).run('job', never());
    expect(await job()).toMatchObject({ state: 'failed', error: { code: 'TEST.WRONG', message: 'no such model' } });
  });

  it('tells the log, not the owner, what a bug says', async () => {
    const buggy = runner(new Writer(async () => Promise.reject(new Error('at /secret/path'))), store);
    await buggy.run('job', never());
    expect(JSON.stringify(await job())).not.toContain('secret');
    expect([(await job()).error?.code, buggy.told]).toMatchObject(['INTERNAL', [{ message: 'at /secret/path' }]]);
  });

  it('hands its job back when the worker stops, at once or after the time of grace', async () => {
    for (const heeds of [true, false]) {
      store = new MemoryJobStore();
      await store.insert(order());
      const stop = new AbortController();
      const stuck = new Writer((_, { signal }) => new Promise((_resolve, reject) => heeds && signal.addEventListener('abort', () => reject(signal.reason as Error))));
      const ending = runner(stuck, store, { graceMs: 50 }).run('job', stop.signal);
      setTimeout(() => stop.abort(new WorkerStoppedError()), 10);
      await expect(ending).rejects.toBeInstanceOf(WorkerStoppedError);
      expect(await job()).toMatchObject({ state: 'queued', setbacks: 0 });
    }
  });

  it('does nothing for a job that has ended, is being removed, or is unknown', async () => {
    const writer = new Writer();
    for (const [id, overrides] of [['ended', { state: 'failed', finishedAt: 1 }], ['leaving', { removedAt: 1 }]] as const) {
      await store.insert(order({ id, ...overrides }));
      await runner(writer, store).run(id, never());
      expect((await store.find(id))?.revision).toBe(1);
    }
    await runner(writer, store).run('unknown', never());
    expect(writer.written.size).toBe(0);
  });

  it('brings a job back whose end could not be stored', async () => {
    const replace = store.replace.bind(store);
    store.replace = async (record) => {
      if (record.state === 'succeeded') throw new JobStoreUnavailableError(undefined);
      return replace(record);
    };
    const writer = new Writer();
    await expect(runner(writer, store).run('job', never())).rejects.toMatchObject({ code: 'JOBS.STORE_UNAVAILABLE' });
    store.replace = replace;
    await runner(writer, store).run('job', never());
    expect([(await job()).state, [...writer.written.values()]]).toEqual(['succeeded', [1, 1, 1, 1]]);
  });
});
