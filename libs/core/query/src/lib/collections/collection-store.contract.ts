import { CollectionConflictError, CollectionExistsError } from '../query.errors';
import type { CollectionRecord } from './collection-record';
import type { CollectionStore } from './collection-store.port';

export interface CollectionStoreFixture {
  readonly store: CollectionStore;
  /** Another one over the same collections, as a second replica has it; the same one where there can be no other. */
  readonly other: CollectionStore;
}

function record(collection: string, changes: Partial<CollectionRecord> = {}): CollectionRecord {
  return { tenant: 'acme', collection, id: `id of ${collection}`, revision: 1, language: 'en', chunks: { minTokens: 200, maxTokens: 400 }, spaces: [], createdAt: 1, updatedAt: 1, ...changes };
}

const FULL = record('papers', {
  description: "It's 😀 \\ \"x\" \0 \u202e",
  schema: { year: 'number', at: 'date' },
  spaces: [{ id: 's1', model: 'm@1', digest: 'd', width: 384, state: 'serving', createdAt: 1_795_000_000_000 }],
  createdAt: 1_795_000_000_000,
  removedAt: 1_795_000_000_001,
});

/** What every CollectionStore promises. Call it inside a spec; `make` gives an empty one. */
export function collectionStoreContract(make: () => Promise<CollectionStoreFixture>): void {
  it('gives back what was stored', async () => {
    const { store, other } = await make();
    await store.insert(FULL);
    expect(await other.find(FULL)).toEqual(FULL);
    expect(await other.find({ tenant: 'acme', collection: 'letters' })).toBeUndefined();
  });

  it('refuses one that exists', async () => {
    const { store, other } = await make();
    await store.insert(record('papers'));
    await expect(other.insert(record('papers', { description: 'another' }))).rejects.toThrow(CollectionExistsError);
    expect(await store.find(FULL)).toEqual(record('papers'));
  });

  it('replaces the revision before alone', async () => {
    const { store } = await make();
    await store.insert(record('papers'));
    const next = record('papers', { revision: 2, description: 'new' });
    await store.replace(next);
    for (const stale of [next, record('papers', { revision: 4 }), record('letters', { revision: 2 })]) await expect(store.replace(stale)).rejects.toThrow(CollectionConflictError);
    expect([await store.find(FULL), await store.find({ ...FULL, collection: 'letters' })]).toEqual([next, undefined]);
  });

  it('lets one of many through that change the same revision', async () => {
    const { store, other } = await make();
    await store.insert(record('papers'));
    const outcomes = await Promise.allSettled([store, other, store, other].map((one, n) => one.replace(record('papers', { revision: 2, description: `${n}` }))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await store.find(FULL))?.description).toBe(`${outcomes.findIndex(({ status }) => status === 'fulfilled')}`);
  });

  it('lists a tenant’s by name, and everybody’s', async () => {
    const { store } = await make();
    for (const one of [record('b'), record('B'), record('a'), record('\u{1f600}'), record('\uff5e'), record('b', { tenant: 'zeta' })]) await store.insert(one);
    expect((await store.list('acme')).map(({ collection }) => collection)).toEqual(['B', 'a', 'b', '\uff5e', '\u{1f600}']);
    expect((await store.list()).map(({ tenant }) => tenant)).toEqual([...Array.from({ length: 5 }, () => 'acme'), 'zeta']);
    expect(await store.list('nobody')).toEqual([]);
  });

  it('keeps collections of the same name of different tenants apart', async () => {
    const { store } = await make();
    const theirs = record('papers', { tenant: 'zeta', description: 'theirs' });
    for (const one of [record('papers'), theirs]) await store.insert(one);
    await store.replace(record('papers', { revision: 2 }));
    await store.remove(FULL);
    expect([await store.find(FULL), await store.find(theirs)]).toEqual([undefined, theirs]);
  });

  it('removes, also what is absent, and takes the name again', async () => {
    const { store } = await make();
    await store.insert(record('papers', { description: 'old' }));
    for (let time = 0; time < 2; time += 1) await store.remove(FULL);
    await store.insert(record('papers'));
    expect(await store.find(FULL)).toEqual(record('papers'));
  });
}
