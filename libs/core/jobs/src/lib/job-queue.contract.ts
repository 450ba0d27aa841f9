import { randomUUID } from 'node:crypto';
import type { JobHandler, JobQueue } from './job-queue.port';

export interface JobQueueFixture {
  readonly queue: JobQueue;
  /** Another one over the same jobs, as a second replica has it; the same one where there can be no other. */
  readonly other: JobQueue;
}

/** What every JobQueue promises. Call it inside a spec; `make` gives queues whose first retry comes within a second. */
export function jobQueueContract(make: () => Promise<JobQueueFixture> | JobQueueFixture): void {
  let queue: JobQueue;
  let other: JobQueue;
  let lane: string;
  let workers: AsyncDisposable[];

  beforeEach(async () => {
    ({ queue, other } = await make());
    lane = `lane-${randomUUID()}`;
    workers = [];
  });

  afterEach(async () => {
    for (const worker of workers) await worker[Symbol.asyncDispose]();
  });

  const work = (handler: JobHandler, { by = queue, concurrency = 1, of = lane } = {}) => void workers.push(by.work(of, handler, { concurrency }));
  const add = async (...ids: string[]) => {
    for (const id of ids) await queue.add(lane, id, 0);
  };
  const noteIn = (seen: string[]): JobHandler => async (id) => void seen.push(id);
  /** A handler that holds every job until `open` is called. */
  const gate = () => {
    const begun: string[] = [];
    const signals: AbortSignal[] = [];
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    const handler: JobHandler = async (id, signal) => {
      begun.push(id);
      signals.push(signal);
      await opened;
    };
    return { begun, signals, handler, open: () => open() };
  };

  it('hands each id to one of those who work, the oldest first', async () => {
    const seen: string[] = [];
    await add('a', 'b', 'c', 'd');
    work(noteIn(seen));
    await waitFor(() => seen.length === 4);
    await other.add(lane, 'e', 0);
    await waitFor(() => seen.length === 5);
    await settle();
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('shares the ids among all who work, each once', async () => {
    const [mine, theirs]: [string[], string[]] = [[], []];
    const ids = Array.from({ length: 40 }, (_, i) => `job-${i}`);
    const slowly = (seen: string[]): JobHandler => async (id) => {
      seen.push(id);
      await new Promise((resolve) => setTimeout(resolve, 10));
    };
    work(slowly(mine), { concurrency: 2 });
    work(slowly(theirs), { by: other, concurrency: 2 });
    await add(...ids);
    await waitFor(() => mine.length + theirs.length >= ids.length);
    await settle();
    expect([...mine, ...theirs].sort()).toEqual([...ids].sort());
    expect(Math.min(mine.length, theirs.length)).toBeGreaterThan(0);
  });

  it('lets smaller ranks go first', async () => {
    const seen: string[] = [];
    await queue.add(lane, 'late', 10);
    await queue.add(lane, 'middle', 5);
    await queue.add(lane, 'later', 10);
    await queue.add(lane, 'first', 0);
    work(noteIn(seen));
    await waitFor(() => seen.length === 4);
    expect(seen).toEqual(['first', 'middle', 'late', 'later']);
  });

  it('keeps one that waits or runs only once', async () => {
    const held = gate();
    await add('a', 'a', 'b');
    await other.add(lane, 'a', 3);
    expect(await other.waiting(lane)).toBe(2);
    work(held.handler);
    await waitFor(() => held.begun.length === 1);
    await add('a');
    await other.add(lane, 'a', 0);
    expect(await queue.waiting(lane)).toBe(1);
    held.open();
    await waitFor(() => held.begun.length === 2);
    await settle();
    expect(held.begun).toEqual(['a', 'b']);
  });

  it('takes one again that has ended', async () => {
    const seen: string[] = [];
    work(noteIn(seen));
    for (let times = 1; times <= 3; times += 1) {
      await settle();
      await add('a');
      await waitFor(() => seen.length === times);
    }
    expect(seen).toEqual(['a', 'a', 'a']);
  });

  it('runs as many at once as it was told', async () => {
    const held = gate();
    work(held.handler, { concurrency: 3 });
    await add('a', 'b', 'c', 'd');
    await waitFor(() => held.begun.length === 3);
    await settle();
    expect([held.begun.length, await queue.waiting(lane)]).toEqual([3, 1]);
    held.open();
    await waitFor(() => held.begun.length === 4);
  });

  it('takes back one that waits, not one that runs', async () => {
    const held = gate();
    work(held.handler);
    await add('runs', 'waits');
    await waitFor(() => held.begun.length === 1);
    expect([await other.remove(lane, 'waits'), await other.remove(lane, 'waits'), await other.remove(lane, 'runs'), await queue.remove(lane, 'absent')]).toEqual([true, false, false, false]);
    held.open();
    await settle();
    expect([held.begun, await queue.waiting(lane)]).toEqual([['runs'], 0]);
  });

  it('brings back one that threw, later', async () => {
    const seen: string[] = [];
    work(async (id) => {
      seen.push(id);
      if (seen.length < 3) throw new Error('not yet');
    });
    await add('a', 'b');
    await waitFor(() => seen.length === 4);
    await settle();
    expect([[...seen].sort(), seen[0], await queue.waiting(lane)]).toEqual([['a', 'a', 'b', 'b'], 'a', 0]);
  });

  it('can take back one that waits for its next try', async () => {
    let tries = 0;
    work(async () => {
      tries += 1;
      throw new Error('never');
    });
    await add('a');
    await waitFor(() => tries === 1);
    await waitFor(async () => queue.remove(lane, 'a'));
    const before = tries;
    await settle(1_500);
    expect([tries, await queue.waiting(lane)]).toEqual([before, 0]);
  });

  it('gives what is unfinished to others when a worker stops', async () => {
    const seen: string[] = [];
    const begun: string[] = [];
    const worker = queue.work(lane, async (id, signal) => {
      begun.push(id);
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
    }, { concurrency: 1 });
    await add('a', 'b');
    await waitFor(() => begun.length === 1);
    await worker[Symbol.asyncDispose]();
    work(noteIn(seen), { by: other });
    await waitFor(() => seen.length === 2);
    await settle();
    expect([begun, [...seen].sort()]).toEqual([['a'], ['a', 'b']]);
  });

  it('waits for a handler that ends in its own time when a worker stops, and takes that as done', async () => {
    const held = gate();
    const worker = queue.work(lane, held.handler, { concurrency: 1 });
    await add('a');
    await waitFor(() => held.begun.length === 1);
    let isStopped = false;
    const stopped = Promise.resolve(worker[Symbol.asyncDispose]()).then(() => (isStopped = true));
    await waitFor(() => held.signals[0]!.aborted);
    expect([(held.signals[0]!.reason as { code: string }).code, isStopped]).toEqual(['JOBS.WORKER_STOPPED', false]);
    held.open();
    await stopped;
    expect(await other.waiting(lane)).toBe(0);
  });

  it('keeps lanes apart', async () => {
    const [mine, theirs]: [string[], string[]] = [[], []];
    const second = `${lane}-second`;
    await queue.add(second, 'same', 0);
    await add('same');
    work(noteIn(mine));
    await waitFor(() => mine.length === 1);
    expect([await queue.waiting(second), await other.waiting('lane-without-jobs')]).toEqual([1, 0]);
    work(noteIn(theirs), { of: second });
    await waitFor(() => theirs.length === 1);
  });
}

/** Patient, for machines that are busy. */
async function waitFor(condition: () => boolean | Promise<boolean>): Promise<void> {
  const endAt = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > endAt) throw new Error('waited in vain');
    await settle(5);
  }
}

function settle(ms = 100): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
