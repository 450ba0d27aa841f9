import { KeyConflictError } from './identity.errors';
import { digestOf } from './key';
import type { KeyRecord } from './key-record';
import type { KeySnapshot, KeyStore } from './key-store.port';

/** A record that fits the schema, each field as given. */
export function aKeyRecord(overrides: Partial<KeyRecord> = {}): KeyRecord {
  const id = overrides.id ?? '00000000000000aa';
  return {
    id, name: 'a key', tenant: 'acme', scopes: ['infer'], maxPriority: 'medium', quotas: [], createdAt: 1_000, createdBy: 'bootstrap',
    digests: [{ sha256: digestOf(id) }], prefix: 'ctx_abcd', ...overrides,
  };
}

/** What every KeyStore promises. Call it inside a spec; `make` gives an empty store. */
export function keyStoreContract(make: () => KeyStore | Promise<KeyStore>): void {
  const full = aKeyRecord({ expiresAt: 9_000, revokedAt: 8_000, rotatedFrom: 'ctx_1234', quotas: [{ resource: 'tokens', limit: 10, windowMs: 60_000 }], digests: [{ sha256: digestOf('new') }, { sha256: digestOf('old'), endsAt: 7_000 }] });
  const other = aKeyRecord({ id: '00000000000000bb' });

  it('begins empty at revision 0', async () => {
    expect(await (await make()).read()).toEqual({ revision: 0, records: [] });
  });

  it('gives back every field, in the order of adding', async () => {
    const store = await make();
    const { revision } = await store.store(full, 0);
    await store.store(other, revision);
    expect((await store.read()).records).toEqual([full, other]);
  });

  it('replaces a record at its place', async () => {
    const store = await make();
    const first = await store.store(full, 0);
    const second = await store.store(other, first.revision);
    const renamed = { ...full, name: 'renamed' };
    const third = await store.store(renamed, second.revision);
    expect(third.records).toEqual([renamed, other]);
    expect(await store.read()).toEqual(third);
  });

  it('forgets a record, and does not mind one that is absent', async () => {
    const store = await make();
    const { revision } = await store.store(full, 0);
    const removed = await store.remove(full.id, revision);
    expect(removed.records).toEqual([]);
    expect((await store.remove(full.id, removed.revision)).records).toEqual([]);
  });

  it('refuses a change that was made for an older state, and keeps the newer', async () => {
    const store = await make();
    const { revision } = await store.store(full, 0);
    await expect(store.store(other, 0)).rejects.toThrow(KeyConflictError);
    await expect(store.remove(full.id, revision + 1)).rejects.toThrow(KeyConflictError);
    expect(await store.read()).toEqual({ revision, records: [full] });
  });

  it('lets exactly one of those win who change the same state at once', async () => {
    const store = await make();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => store.store(aKeyRecord({ id: `000000000000000${index}` }), 0)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await store.read()).records).toHaveLength(1);
  });

  describe('watch', () => {
    it('tells the keys as they are, then each own change before it returns', async () => {
      const store = await make();
      const { revision } = await store.store(full, 0);
      const told: KeySnapshot[] = [];
      using _watch = store.watch({ changed: (keys) => void told.push(keys), failed: (error) => fail(error) });
      await until(() => told.length > 0);
      expect(told.at(-1)).toEqual({ revision, records: [full] });
      const changed = await store.store(other, revision);
      expect(told.at(-1)).toEqual(changed);
    });

    it('tells changes that are made at once in their order', async () => {
      const store = await make();
      const told: number[] = [];
      using _watch = store.watch({ changed: ({ revision }) => void told.push(revision), failed: (error) => fail(error) });
      await until(() => told.length > 0);
      await Promise.all(Array.from({ length: 8 }, (_, index) => storeAtLast(store, aKeyRecord({ id: `000000000000000${index}` }))));
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect(told.at(-1)).toBe((await store.read()).revision);
    });

    it('is silent once it is left', async () => {
      const store = await make();
      let told = 0;
      {
        using _watch = store.watch({ changed: () => void (told += 1), failed: () => undefined });
        await until(() => told > 0);
      }
      const before = told;
      await store.store(full, 0);
      expect(told).toBe(before);
    });
  });
}

/** Tries until no other change comes between. */
async function storeAtLast(store: KeyStore, record: KeyRecord): Promise<void> {
  for (;;) {
    try {
      await store.store(record, (await store.read()).revision);
      return;
    } catch (error) {
      if (!(error instanceof KeyConflictError)) throw error;
    }
  }
}

function fail(error: unknown): never {
  throw error;
}

/** @throws when it takes longer than a second, which is what a store promises */
async function until(holds: () => boolean): Promise<void> {
  for (const startedAt = performance.now(); !holds(); ) {
    if (performance.now() - startedAt > 1_000) throw new Error('it did not happen within a second');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
