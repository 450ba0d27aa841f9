import { parseFilter } from '../filters/parse-filter';
import type { DocumentRecord } from './document-record';
import type { DocumentStore } from './document-store.port';

const scope = { tenant: 'acme', collection: 'papers' };

function record(id: string, changes: Partial<DocumentRecord> = {}): DocumentRecord {
  return { ...scope, id, revision: 1, generation: 1, state: 'queued', source: { mediaType: 'text/plain', file: 'f', sha256: 'f00d', bytes: 3 }, metadata: {}, createdAt: 1, updatedAt: 1, ...changes };
}

const FULL = record('full', {
  state: 'failed',
  error: { code: 'QUERY.DOCUMENT_UNREADABLE', message: "It's 😀 \\ \"x\" \0 \u202e" },
  written: 1,
  source: { mediaType: 'text/html', charset: 'latin1', file: 'f', content: 'It\'s 😀\r\n"x"\t\u2028\ufeff', sha256: 'f00d', bytes: 1e10 },
  title: 'T',
  language: 'en',
  metadata: { tags: ['a', 'b'], year: 2021.5, open: false },
  found: { generation: 1, passages: 2, characters: 300, title: 'F', language: 'de' },
  createdAt: 1_795_000_000_000,
});

/** What every DocumentStore promises. Call it inside a spec; `make` gives an empty one. */
export function documentStoreContract(make: () => Promise<DocumentStore>): void {
  const idsOf = (records: readonly DocumentRecord[]) => records.map(({ id }) => id);

  it('gives back what was stored', async () => {
    const store = await make();
    expect(await store.store([FULL, record('b')])).toEqual([]);
    expect(await store.find(scope, ['full', 'nobody'])).toEqual([FULL]);
    expect(idsOf(await store.find(scope, ['b', 'full', 'b'])).sort()).toEqual(['b', 'full']);
    expect([await store.find(scope, []), await store.store([])]).toEqual([[], []]);
  });

  it('stores what follows on what is stored, and tells what does not', async () => {
    const store = await make();
    await store.store([record('a'), record('b'), record('c')]);
    const next = [record('a', { revision: 2, state: 'ready' }), record('b', { revision: 3 }), record('c'), record('d'), record('e', { revision: 2 })];
    expect((await store.store(next)).sort()).toEqual(['b', 'c', 'e']);
    expect((await store.list(scope, { limit: 10 })).map(({ id, revision, state }) => [id, revision, state])).toEqual([['a', 2, 'ready'], ['b', 1, 'queued'], ['c', 1, 'queued'], ['d', 1, 'queued']]);
  });

  it('lets one of many through that change the same revision', async () => {
    const store = await make();
    await store.store([record('a')]);
    const outcomes = await Promise.all([1, 2, 3, 4].map((n) => store.store([record('a', { revision: 2, title: `${n}` })])));
    expect(outcomes.filter((refused) => refused.length === 0)).toHaveLength(1);
  });

  it('lists page by page, by code point, and by state', async () => {
    const store = await make();
    const ids = ['B', 'a', 'b', '\uff5e', '\u{1f600}'];
    await store.store([...ids].reverse().map((id) => record(id, { state: id === 'a' ? 'ready' : 'queued' })));
    const first = await store.list(scope, { limit: 2 });
    expect([idsOf(first), idsOf(await store.list(scope, { after: first[1]!.id, limit: 10 }))]).toEqual([ids.slice(0, 2), ids.slice(2)]);
    expect(idsOf(await store.list(scope, { state: 'queued', after: 'B', limit: 2 }))).toEqual(['b', '\uff5e']);
  });

  it('lists those whose metadata a filter lets through', async () => {
    const store = await make();
    await store.store([record('a', { metadata: { year: 2019 } }), record('b', { metadata: { year: 2020, tags: ['x'] } }), record('c')]);
    await store.store([record('c', { revision: 2, metadata: { year: 2021 } })]);
    const list = async (given: unknown) => idsOf(await store.list(scope, { filter: parseFilter(given), limit: 10 }));
    expect([await list({ year: { $gte: 2020 } }), await list({ tags: 'x' }), await list({ $not: { year: 2020 } })]).toEqual([['b', 'c'], ['b'], ['a', 'c']]);
  });

  it('counts each state that there is', async () => {
    const store = await make();
    expect(await store.count(scope)).toEqual({});
    await store.store([record('a'), record('b', { state: 'ready' }), record('c', { state: 'ready' }), record('d', { collection: 'letters' })]);
    expect(await store.count(scope)).toEqual({ queued: 1, ready: 2 });
  });

  it('removes some, or all, also what is absent', async () => {
    const store = await make();
    await store.store(['a', 'b', 'c'].map((id) => record(id)));
    await store.remove(scope, ['a', 'nobody']);
    await store.remove(scope, []);
    expect(idsOf(await store.list(scope, { limit: 10 }))).toEqual(['b', 'c']);
    for (let time = 0; time < 2; time += 1) await store.remove(scope);
    expect(await store.list(scope, { limit: 10 })).toEqual([]);
  });

  it('keeps tenants and collections apart', async () => {
    const store = await make();
    const others = [{ tenant: 'zeta', collection: 'papers' }, { tenant: 'acme', collection: 'letters' }];
    expect(await store.store([record('a'), ...others.map((other) => record('a', { ...other, title: 'theirs' }))])).toEqual([]);
    await store.store([record('a', { revision: 2 })]);
    await store.remove(scope);
    for (const other of others) expect((await store.find(other, ['a'])).map(({ title, revision }) => [title, revision])).toEqual([['theirs', 1]]);
  });
}
