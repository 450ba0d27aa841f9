import type { JobRecord, JobState } from './job-record';
import type { JobStore } from './job-store.port';

const job = (id: string, overrides: Partial<JobRecord> = {}): JobRecord => ({
  id, revision: 1, tenant: 'a', kind: 'test', state: 'queued', cancelRequested: false, spec: {}, checkpoint: {},
  counts: { done: 0, failed: 0 }, rank: 0, attempts: 0, setbacks: 0, createdAt: 1_000, updatedAt: 1_000, ...overrides,
});
const full: JobRecord = job('full', {
  tenant: 'Ünïted "x"', kind: 'batch-inference', state: 'succeeded', cancelRequested: true, rank: 7, attempts: 3, setbacks: 2,
  spec: { model: 'm@1', nested: [{ a: null, b: [0.1, -2e-8] }, 'é', true] }, checkpoint: { offset: 9_007_199_254_740_991, parts: [] },
  counts: { total: 100, done: 98, failed: 2 }, result: { key: 'jobs/output' }, error: { code: 'X.Y', message: "it's so" },
  createdAt: 1_764_160_000_123, updatedAt: 1_764_160_000_124, startedAt: 1_764_160_000_125, progressedAt: 1_764_160_000_126,
  finishedAt: 1_764_160_000_127, removedAt: 1_764_160_000_128,
});

/** What every JobStore promises. Call it inside a spec; `make` gives an empty store and another one over the same records. */
export function jobStoreContract(make: () => Promise<{ readonly store: JobStore; readonly other: JobStore }>): void {
  let store: JobStore;
  let other: JobStore;

  beforeEach(async () => {
    ({ store, other } = await make());
  });

  const idsOf = (jobs: readonly JobRecord[]) => jobs.map(({ id }) => id);

  it('finds nothing where nothing was stored', async () => {
    expect([await store.find('absent'), await store.list({ limit: 10 })]).toEqual([undefined, []]);
  });

  it('gives back what was stored, whoever stored it', async () => {
    await store.insert(full);
    await store.insert(job('plain'));
    expect([await other.find('full'), await other.find('plain')]).toEqual([full, job('plain')]);
  });

  it('keeps what it was given, whatever becomes of that', async () => {
    const mine = { ...job('mine'), checkpoint: { offset: 1 } };
    await store.insert(mine);
    mine.checkpoint.offset = 2;
    expect((await store.find('mine'))?.checkpoint).toEqual({ offset: 1 });
  });

  it('refuses an id that is taken', async () => {
    await store.insert(job('one'));
    await expect(other.insert(job('one', { tenant: 'b' }))).rejects.toMatchObject({ code: 'JOBS.EXISTS', kind: 'conflict' });
    expect((await store.find('one'))?.tenant).toBe('a');
  });

  it('replaces a record only by the revision after it', async () => {
    await store.insert(job('one'));
    await other.replace(job('one', { revision: 2, state: 'running', startedAt: 5 }));
    for (const revision of [1, 2, 4]) await expect(store.replace(job('one', { revision }))).rejects.toMatchObject({ code: 'JOBS.CONFLICT', kind: 'conflict' });
    await expect(store.replace(job('absent', { revision: 2 }))).rejects.toMatchObject({ code: 'JOBS.CONFLICT' });
    expect(await store.find('one')).toEqual(job('one', { revision: 2, state: 'running', startedAt: 5 }));
  });

  it('forgets what the new record does not have', async () => {
    await store.insert(full);
    const bare = job('full', { revision: 2, tenant: full.tenant });
    await store.replace(bare);
    expect(await store.find('full')).toEqual(bare);
  });

  it('lets one of many writers of a revision through', async () => {
    await store.insert(job('one'));
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => (i % 2 ? store : other).replace(job('one', { revision: 2, checkpoint: { winner: i } }))));
    const winners = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    expect([(await store.find('one'))?.checkpoint]).toEqual(winners.map((winner) => ({ winner })));
  });

  it('lists the newest first, and pages by the last one seen', async () => {
    for (const [i, id] of ['a', 'b', 'c', 'd', 'e'].entries()) await store.insert(job(id, { createdAt: 1_000 + Math.floor(i / 2) }));
    expect(idsOf(await other.list({ limit: 100 }))).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(idsOf(await other.list({ limit: 2 }))).toEqual(['e', 'd']);
    expect(idsOf(await other.list({ limit: 2, after: { createdAt: 1_001, id: 'd' } }))).toEqual(['c', 'b']);
    expect(idsOf(await other.list({ limit: 2, after: { createdAt: 1_000, id: 'a' } }))).toEqual([]);
  });

  it('lists only what the filter names', async () => {
    const states: JobState[] = ['queued', 'running', 'failed'];
    for (const [i, state] of states.entries()) await store.insert(job(`a-${state}`, { state, kind: `kind-${i % 2}`, createdAt: i }));
    await store.insert(job('b-queued', { tenant: 'b', createdAt: 9 }));
    expect(idsOf(await other.list({ tenant: 'a', limit: 10 }))).toEqual(['a-failed', 'a-running', 'a-queued']);
    expect(idsOf(await other.list({ kind: 'kind-0', limit: 10 }))).toEqual(['a-failed', 'a-queued']);
    expect(idsOf(await other.list({ states: ['queued', 'running'], limit: 10 }))).toEqual(['b-queued', 'a-running', 'a-queued']);
    expect(idsOf(await other.list({ tenant: 'a', kind: 'kind-0', states: ['queued'], limit: 10 }))).toEqual(['a-queued']);
    expect(await other.list({ states: [], limit: 10 })).toEqual([]);
  });

  it('removes a record of the revision that was named', async () => {
    await store.insert(job('one'));
    await expect(other.remove('one', 2)).rejects.toMatchObject({ code: 'JOBS.CONFLICT' });
    await other.remove('one', 1);
    await other.remove('one', 1);
    expect([await store.find('one'), await store.list({ limit: 10 })]).toEqual([undefined, []]);
  });
}
