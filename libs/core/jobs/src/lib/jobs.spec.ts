import type { Labels, Metric } from '@cortex/kernel';
import { SilentTelemetry } from '@cortex/kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobKind, JobRun } from './job-kind';
import type { JobRecord } from './job-record';
import { Jobs, type JobsParts } from './jobs';
import { JobQueueUnavailableError } from './jobs.errors';
import type { JobsOptions } from './jobs.options';
import { MemoryJobQueue } from './memory-job-queue';
import { MemoryJobStore } from './memory-job-store';

/** A kind whose runs wait until they are let go. */
class Held implements JobKind {
  readonly begun: string[] = [];
  readonly discarded: string[] = [];
  #open: () => void = () => undefined;
  readonly #opened = new Promise<void>((resolve) => (this.#open = resolve));

  constructor(readonly kind = 'held', readonly concurrency = 1) {}

  open(): void {
    this.#open();
  }

  async run({ job, signal }: JobRun) {
    this.begun.push(job.id);
    await Promise.race([this.#opened, new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))]);
    return { from: (job.checkpoint['at'] as number | undefined) ?? 0 };
  }

  async discard({ id }: JobRecord): Promise<void> {
    this.discarded.push(id);
  }
}

class Counts extends SilentTelemetry {
  readonly counted: string[] = [];
  read: () => number = () => -1;
  override counter<L extends string>(metric?: Metric<L>, labels?: Labels<L>) {
    return () => void this.counted.push([metric?.name, ...Object.values(labels ?? {})].join(' '));
  }
  override gauge<L extends string>(_metric?: Metric<L>, _labels?: Labels<L>, read?: () => number): void {
    this.read = read!;
  }
}

class Cut extends MemoryJobQueue {
  isCut = true;
  override async add(...job: Parameters<MemoryJobQueue['add']>): Promise<void> {
    if (this.isCut) throw new JobQueueUnavailableError(undefined);
    return super.add(...job);
  }
  override async remove(...job: Parameters<MemoryJobQueue['remove']>): Promise<boolean> {
    if (this.isCut) throw new JobQueueUnavailableError(undefined);
    return super.remove(...job);
  }
}

describe('Jobs', () => {
  let store: MemoryJobStore;
  const opened: Jobs[] = [];

  /** One replica; all of a spec share the store. */
  function replica(kind: JobKind, options: JobsOptions = {}, parts: Partial<JobsParts> = {}): Jobs {
    const jobs = new Jobs({ store, queue: new MemoryJobQueue(), ...parts }, { pollMs: 20, ...options });
    jobs.register(kind);
    jobs.start();
    opened.push(jobs);
    return jobs;
  }
  const held = (id = 'held') => ({ tenant: 'a', kind: id, spec: { of: 'mine' } });
  const stateOf = async (jobs: Jobs, id: string) => (await jobs.get(id, 'a')).state;
  const until = async (condition: () => boolean | Promise<boolean>) => {
    for (let tries = 0; !(await condition()); tries += 1) {
      if (tries > 1_000) throw new Error('waited in vain');
      await sleep(5);
    }
  };

  beforeEach(() => {
    store = new MemoryJobStore();
  });

  afterEach(async () => {
    for (const jobs of opened.splice(0)) await jobs.close();
  });

  describe('submit', () => {
    it('keeps the job and runs it', async () => {
      const kind = new Held();
      const jobs = replica(kind);
      const job = await jobs.submit({ ...held(), total: 7, rank: 3 });
      expect(job).toMatchObject({ state: 'queued', revision: 1, spec: { of: 'mine' }, counts: { total: 7, done: 0 }, rank: 3, attempts: 0 });
      kind.open();
      await until(async () => (await stateOf(jobs, job.id)) === 'succeeded');
      expect(await jobs.get(job.id, 'a')).toMatchObject({ result: { from: 0 }, attempts: 1, startedAt: expect.any(Number) as number, finishedAt: expect.any(Number) as number });
    });

    it('refuses more waiting jobs of a tenant than allowed, and only his', async () => {
      const jobs = replica(new Held(), { mostQueuedPerTenant: 3, works: false });
      await Promise.all([1, 2, 3].map(() => jobs.submit(held())));
      await expect(jobs.submit(held())).rejects.toMatchObject({ code: 'JOBS.TOO_MANY', kind: 'overloaded', limit: 3 });
      await jobs.submit({ ...held(), tenant: 'b' });
      expect(await store.list({ limit: 10 })).toHaveLength(4);
    });

    it('keeps a job that the queue cannot take now, and runs it when it can', async () => {
      const kind = new Held();
      const queue = new Cut();
      const jobs = replica(kind, { sweepMs: 40 }, { queue });
      const { id } = await jobs.submit(held());
      await sleep(100);
      expect(kind.begun).toEqual([]);
      queue.isCut = false;
      await until(() => kind.begun.includes(id));
    });

    it('refuses a kind that nobody registered as a bug', async () => {
      await expect(replica(new Held()).submit(held('other'))).rejects.toThrow(/bug/);
    });
  });

  describe('get', () => {
    it("hides another tenant's job", async () => {
      const jobs = replica(new Held());
      const { id } = await jobs.submit(held());
      for (const ask of [() => jobs.get(id, 'b'), () => jobs.cancel(id, 'b'), () => jobs.retry(id, 'b'), () => jobs.remove(id, 'b'), () => jobs.watch(id, 'b', AbortSignal.timeout(1_000)).next()]) {
        await expect(ask()).rejects.toMatchObject({ code: 'JOBS.NOT_FOUND', kind: 'not-found' });
      }
    });
  });

  describe('cancel', () => {
    it('ends one that waits at once, and it never runs', async () => {
      const kind = new Held();
      const jobs = replica(kind);
      const [first, second] = [await jobs.submit(held()), await jobs.submit(held())];
      expect((await jobs.cancel(second.id, 'a')).state).toBe('cancelled');
      kind.open();
      await until(async () => (await stateOf(jobs, first.id)) === 'succeeded');
      expect(kind.begun).toEqual([first.id]);
    });

    it('stops one that runs, in this process or another', async () => {
      const kind = new Held();
      const jobs = replica(kind);
      const other = replica(new Held(), { works: false });
      for (const asked of [jobs, other]) {
        const { id } = await jobs.submit(held());
        await until(() => kind.begun.includes(id));
        expect(await asked.cancel(id, 'a')).toMatchObject({ state: 'running', cancelRequested: true });
        await until(async () => (await stateOf(jobs, id)) === 'cancelled');
      }
    });

    it('leaves what has ended as it is', async () => {
      const kind = new Held();
      kind.open();
      const jobs = replica(kind);
      const { id } = await jobs.submit(held());
      await until(async () => (await stateOf(jobs, id)) === 'succeeded');
      const ended = await jobs.get(id, 'a');
      expect(await jobs.cancel(id, 'a')).toEqual(ended);
    });

    it('works while the queue cannot be reached', async () => {
      const jobs = replica(new Held(), {}, { queue: new Cut() });
      const { id } = await jobs.submit(held());
      expect((await jobs.cancel(id, 'a')).state).toBe('cancelled');
    });
  });

  describe('retry', () => {
    it('runs a cancelled job again from where it stopped', async () => {
      const kind = new Held();
      const jobs = replica(kind);
      const { id } = await jobs.submit(held());
      await until(() => kind.begun.length === 1);
      const now = await jobs.get(id, 'a');
      await store.replace({ ...now, checkpoint: { at: 5 }, revision: now.revision + 1 });
      await jobs.cancel(id, 'a');
      await until(async () => (await stateOf(jobs, id)) === 'cancelled');
      await sleep(5); // its handler has returned
      expect((await jobs.retry(id, 'a')).state).toBe('queued');
      kind.open();
      await until(async () => (await stateOf(jobs, id)) === 'succeeded');
      expect(await jobs.get(id, 'a')).toMatchObject({ result: { from: 5 }, cancelRequested: false, attempts: 2 });
    });

    it('refuses what waits, runs or succeeded', async () => {
      const kind = new Held();
      const jobs = replica(kind);
      const { id } = await jobs.submit(held());
      await until(() => kind.begun.length === 1);
      await expect(jobs.retry(id, 'a')).rejects.toMatchObject({ code: 'JOBS.STATE', kind: 'conflict', state: 'running' });
      kind.open();
      await until(async () => (await stateOf(jobs, id)) === 'succeeded');
      await expect(jobs.retry(id, 'a')).rejects.toMatchObject({ code: 'JOBS.STATE', state: 'succeeded' });
    });
  });

  describe('remove', () => {
    it('removes an ended job with what it made', async () => {
      const kind = new Held();
      const jobs = replica(kind);
      const { id } = await jobs.submit(held());
      await until(() => kind.begun.length === 1);
      await expect(jobs.remove(id, 'a')).rejects.toMatchObject({ code: 'JOBS.STATE' });
      kind.open();
      await until(async () => (await stateOf(jobs, id)) === 'succeeded');
      await jobs.remove(id, 'a');
      await expect(jobs.get(id, 'a')).rejects.toMatchObject({ code: 'JOBS.NOT_FOUND' });
      expect([kind.discarded, await store.list({ limit: 10 })]).toEqual([[id], []]);
    });

    it('shows a job no more whose removal was interrupted, nor lets it be tried again', async () => {
      const kind = Object.assign(new Held(), { discard: async () => Promise.reject(new JobQueueUnavailableError(undefined)) });
      const jobs = replica(kind, { works: false });
      const { id } = await jobs.submit(held());
      await jobs.cancel(id, 'a');
      await expect(jobs.remove(id, 'a')).rejects.toMatchObject({ kind: 'unavailable' });
      await expect(jobs.retry(id, 'a')).rejects.toMatchObject({ code: 'JOBS.NOT_FOUND' });
      expect(await jobs.list({ limit: 10 })).toEqual([]);
    });
  });

  describe('watch', () => {
    it('gives the job after each change, here or elsewhere, and ends with it', async () => {
      const kind = new Held();
      const jobs = replica(kind);
      const other = replica(new Held(), { works: false });
      const { id } = await jobs.submit(held());
      const follow = async (from: Jobs) => {
        const states: string[] = [];
        for await (const { state } of from.watch(id, 'a', AbortSignal.timeout(5_000))) states.push(state);
        return states;
      };
      const [here, elsewhere] = [follow(jobs), follow(other)];
      await until(() => kind.begun.length === 1);
      await sleep(50);
      kind.open();
      expect((await here).slice(-2)).toEqual(['running', 'succeeded']);
      expect((await elsewhere).slice(-2)).toEqual(['running', 'succeeded']);
    });

    it('ends when the process stops, after what became of the job', async () => {
      const kind = new Held();
      const jobs = replica(kind);
      const { id } = await jobs.submit(held());
      await until(() => kind.begun.length === 1);
      const states: string[] = [];
      const watching = (async () => {
        for await (const { state } of jobs.watch(id, 'a', AbortSignal.timeout(5_000))) states.push(state);
      })();
      await until(() => states.length === 1);
      await jobs.close();
      await watching;
      expect(states).toEqual(['running', 'queued']);
    });

    it('ends with the reason of whoever leaves', async () => {
      const jobs = replica(new Held());
      const { id } = await jobs.submit(held());
      const leave = new AbortController();
      const watching = (async () => {
        for await (const job of jobs.watch(id, 'a', leave.signal)) void job;
      })();
      setTimeout(() => leave.abort(new Error('gone')), 30);
      await expect(watching).rejects.toThrow('gone');
    });
  });

  describe('sweep', () => {
    it('runs what fell out of the queue: a job that waits, and one whose worker died', async () => {
      const kind = new Held('held', 2);
      const before = replica(new Held('held', 1), { works: false });
      const [waits, ran] = [await before.submit(held()), await before.submit(held())];
      await store.replace({ ...ran, state: 'running', attempts: 1, setbacks: 1, revision: 2 });
      const jobs = replica(kind, { sweepMs: 40, sweepRows: 1 });
      kind.open();
      await until(async () => (await stateOf(jobs, waits.id)) === 'succeeded' && (await stateOf(jobs, ran.id)) === 'succeeded');
      expect(await jobs.get(ran.id, 'a')).toMatchObject({ attempts: 2 });
    });

    it('discards ended jobs after their time, whatever becomes of one of them, and those that were being removed', async () => {
      const failing = new Set<string>();
      const kind = new Held();
      const discard = kind.discard.bind(kind);
      kind.discard = async (job) => (failing.has(job.id) ? Promise.reject(new Error('damaged')) : discard(job));
      const old = Date.now() - 1_000;
      const ended = (id: string, overrides: Partial<JobRecord>): JobRecord => ({
        id, revision: 1, tenant: 'a', kind: 'held', state: 'failed', cancelRequested: false, spec: {}, checkpoint: {}, counts: { done: 0, failed: 0 },
        rank: 0, attempts: 1, setbacks: 0, createdAt: old, updatedAt: old, finishedAt: old, ...overrides,
      });
      for (const [id, overrides] of Object.entries({ stuck: { createdAt: old + 1 }, old: {}, leaving: { finishedAt: Date.now(), removedAt: Date.now() }, fresh: { finishedAt: Date.now() + 60_000 } })) await store.insert(ended(id, overrides));
      failing.add('stuck');
      const told: unknown[] = [];
      replica(kind, { retentionMs: 500, sweepMs: 40 }, { report: (error) => void told.push(error) });
      await until(() => kind.discarded.length === 2);
      await until(async () => (await store.list({ limit: 10 })).length === 2);
      expect([(await store.list({ limit: 10 })).map(({ id }) => id), [...kind.discarded].sort(), told[0]]).toMatchObject([['stuck', 'fresh'], ['leaving', 'old'], { message: 'damaged' }]);
    });
  });

  describe('close', () => {
    it('gives what runs back, for the next process', async () => {
      const kind = new Held();
      const jobs = replica(kind);
      const { id } = await jobs.submit(held());
      await until(() => kind.begun.length === 1);
      await jobs.close();
      expect(await store.find(id)).toMatchObject({ state: 'queued', setbacks: 0 });
      const next = new Held();
      next.open();
      const after = replica(next);
      await until(async () => (await stateOf(after, id)) === 'succeeded');
    });
  });

  it('counts what becomes of jobs, and shows how many wait', async () => {
    const telemetry = new Counts();
    const queue = new MemoryJobQueue();
    const idle = replica(new Held(), { works: false }, { telemetry, queue });
    const cancelled = await idle.submit(held());
    await idle.cancel(cancelled.id, 'a');
    for (let i = 0; i < 3; i += 1) await idle.submit(held());
    telemetry.counted.splice(0, 1);
    const kind = new Held();
    replica(kind, {}, { telemetry, queue });
    await until(() => telemetry.read() === 2);
    kind.open();
    await until(() => kind.begun.length === 3);
    await until(() => telemetry.counted.length === 10);
    const times = (state: string) => telemetry.counted.filter((name) => name === `cortex_jobs_total held ${state}`).length;
    expect(['queued', 'cancelled', 'running', 'succeeded'].map(times)).toEqual([3, 1, 3, 3]);
  });
});
