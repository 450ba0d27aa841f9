import { Jobs, MemoryJobStore, type JobRecord } from '@cortex/jobs';
import { FaultProxy, describeWith } from '@cortex/kernel/testing';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresSpace, RedisSpace, type Space } from '../testing/space';
import { BullmqJobQueue } from './bullmq-job-queue';

/** Patient, for machines that are busy. */
jest.setTimeout(60_000);

const quick = { firstDelayMs: 200, takeoverMs: 2_000, timeoutMs: 1_000, closeMs: 1_000 };

function faultsIn(make: () => Space): void {
  let space: Space;
  let proxy: FaultProxy;
  const opened: AsyncDisposable[] = [];
  let warnings: string[];
  let health: string[];

  beforeAll(() => void (space = make()));
  afterAll(() => space[Symbol.asyncDispose]());
  beforeEach(async () => {
    proxy = await FaultProxy.to(space.port);
    [warnings, health] = [[], []];
  });
  afterEach(async () => {
    for (const resource of opened.splice(0).reverse()) await resource[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    expect(warnings.join()).not.toContain(space.secret);
  });

  const keep = <T extends AsyncDisposable>(resource: T): T => {
    opened.push(resource);
    return resource;
  };
  const open = (): BullmqJobQueue => {
    const note = (state: string) => void (health.at(-1) !== state && health.push(state));
    return keep(new BullmqJobQueue({ ...quick, ...space.options(proxy.port) }, { warn: (message) => void warnings.push(message), health: { up: () => note('up'), down: note } }));
  };
  const lane = () => `lane-${randomUUID()}`;

  it('refuses calls soon while the way is cut, says so in health, and recovers by itself', async () => {
    const queue = open();
    const name = lane();
    await queue.add(name, 'before', 0);
    proxy.cut();
    for (let i = 0; i < 3; i += 1) {
      const startedAt = performance.now();
      await expect(queue.add(name, 'meanwhile', 0)).rejects.toMatchObject({ code: 'JOBS.QUEUE_UNAVAILABLE', kind: 'unavailable' });
      expect(performance.now() - startedAt).toBeLessThan(1_500);
    }
    proxy.mend();
    await until(() => queue.add(name, 'after', 0).then(() => true, () => false));
    expect(await queue.waiting(name)).toBeGreaterThanOrEqual(2);
    expect(health).toEqual(['up', 'JOBS.QUEUE_UNAVAILABLE', 'up']);
  });

  it('begins to work when what it needs was away at first', async () => {
    proxy.cut();
    const queue = open();
    const name = lane();
    const seen: string[] = [];
    keep(queue.work(name, async (id) => void seen.push(id), { concurrency: 1 }));
    await expect(queue.add(name, 'early', 0)).rejects.toMatchObject({ kind: 'unavailable' });
    proxy.mend();
    await until(() => queue.add(name, 'late', 0).then(() => true, () => false));
    await until(() => seen.includes('late'));
  });

  it('goes on working after each cut, and says so now and then', async () => {
    const queue = open();
    const name = lane();
    const seen: string[] = [];
    keep(queue.work(name, async (id) => void seen.push(id), { concurrency: 2 }));
    for (const id of ['a', 'b', 'c']) {
      await until(() => queue.add(name, id, 0).then(() => true, () => false));
      await until(() => seen.includes(id));
      proxy.cut();
      await sleep(700);
      proxy.mend();
    }
    expect(warnings.length).toBeLessThanOrEqual(2);
  });

  it('ends each job once while the way flaps, whoever runs them', async () => {
    const store = new MemoryJobStore();
    const ends = new Map<string, number>();
    const replace = store.replace.bind(store);
    store.replace = async (job) => {
      await replace(job);
      if (job.finishedAt !== undefined) ends.set(job.id, (ends.get(job.id) ?? 0) + 1);
    };
    const kind = `flap-${randomUUID()}`;
    const replicas = [0, 1].map(() => new Jobs({ store, queue: open() }, { sweepMs: 300, pollMs: 50 }));
    for (const jobs of replicas) {
      opened.push({ [Symbol.asyncDispose]: () => jobs.close() });
      jobs.register({ kind, concurrency: 2, run: async ({ signal }) => ({ slept: await sleep(400, true, { signal }) }) });
      jobs.start();
    }
    const flapping = (async () => {
      for (let i = 0; i < 6; i += 1) {
        await sleep(250);
        if (i % 2) proxy.cut();
        else proxy.reset();
        await sleep(250);
        proxy.mend();
      }
    })();
    const submitted: JobRecord[] = [];
    for (let i = 0; i < 12; i += 1) {
      submitted.push(await replicas[i % 2]!.submit({ tenant: 'a', kind, spec: {} }));
      await sleep(100);
    }
    await flapping;
    await until(async () => (await store.list({ states: ['succeeded'], limit: 100 })).length === submitted.length, 40_000);
    expect([...ends.values()]).toEqual(submitted.map(() => 1));
  });

  it('says goodbye in time while the way is cut', async () => {
    const queue = open();
    const name = lane();
    const begun: string[] = [];
    const worker = queue.work(name, async (id, signal) => {
      begun.push(id);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signal.throwIfAborted();
    }, { concurrency: 1 });
    await queue.add(name, 'held', 0);
    await until(() => begun.length === 1);
    proxy.cut();
    const startedAt = performance.now();
    await worker[Symbol.asyncDispose]();
    await queue[Symbol.asyncDispose]();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('leaves no connection behind when it goes before the way was ever open', async () => {
    proxy.cut();
    const queue = open();
    const workers = [lane(), lane()].map((name) => queue.work(name, async () => undefined, { concurrency: 1 }));
    await sleep(300);
    for (const worker of workers) await worker[Symbol.asyncDispose]();
    await queue[Symbol.asyncDispose]();
    proxy.mend();
    await sleep(2_500); // longer than any pause between two attempts
    expect(proxy.connections).toBe(0);
  });

  it('gives the job of a killed process to another one in time', async () => {
    const options = { ...quick, ...space.options() };
    const name = lane();
    const queue = keep(new BullmqJobQueue(options));
    const child = spawn(process.execPath, [join(__dirname, '../testing/holding-worker.mjs'), JSON.stringify(options), name], { stdio: ['ignore', 'pipe', 'inherit'] });
    opened.push({ [Symbol.asyncDispose]: async () => void child.kill('SIGKILL') });
    await queue.add(name, 'orphan', 0);
    await once(child.stdout!, 'data');
    const seen: string[] = [];
    keep(queue.work(name, async (id) => void seen.push(id), { concurrency: 1 }));
    await sleep(1.5 * quick.takeoverMs);
    expect(seen).toEqual([]); // it lives
    child.kill('SIGKILL');
    const startedAt = performance.now();
    await until(() => seen.length === 1);
    expect(performance.now() - startedAt).toBeLessThan(quick.takeoverMs + 1_000);
  });

  it('keeps nothing of jobs that have ended', async () => {
    const queue = open();
    const name = lane();
    let ended = 0;
    keep(queue.work(name, async () => {
      ended += 1;
      if (ended % 10 === 0) throw new Error('comes back');
    }, { concurrency: 8 }));
    for (let i = 0; i < 300; i += 1) await queue.add(name, `job-${i}`, 0);
    await until(() => ended >= 330);
    await until(async () => (await queue.waiting(name)) === 0);
    await until(async () => (await space.held(name)) <= 400); // the latest 100 events; PostgreSQL cuts at every 256th
  });
}

describeWith('redis', 'BullmqJobQueue under faults', ({ url }) => faultsIn(() => new RedisSpace(url)));
describeWith('postgres', 'BullmqJobQueue under faults', ({ url }) => faultsIn(() => new PostgresSpace(url)));

async function until(condition: () => boolean | Promise<boolean>, patienceMs = 15_000): Promise<void> {
  const endAt = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > endAt) throw new Error('waited in vain');
    await sleep(20);
  }
}
