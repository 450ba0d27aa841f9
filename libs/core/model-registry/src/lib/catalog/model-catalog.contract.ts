import type { ModelCatalog } from '../model-catalog.port';
import { emptyRecord, type ModelRecord } from '../model-record';

const record = (name: string, revision: number, aliases: Record<string, string> = {}): ModelRecord => ({ ...emptyRecord(name), revision, aliases });
const full: ModelRecord = {
  name: 'full', revision: 1, aliases: { stable: '1', constructor: '2' },
  rollouts: [{ alias: 'stable', version: '2', mode: 'canary', weight: 0.25, startedAt: 1_000 }],
  gates: { stable: { golden: { inputs: ['a'], expected: [[0.1, -2e-8]], minCosine: 0.9 }, labelled: { inputs: ['é\u0000'], labels: ['x'], minAccuracy: 0.5 }, maxP95Ms: 5, maxMemoryBytes: 1e9 } },
  reports: [{ alias: 'stable', version: '2', at: 2_000, passed: false, checks: [{ part: 'p95', passed: false, measured: 6.5, bound: 5, detail: 'slow' }] }],
  pins: { 1: [{ path: 'model.onnx', sha256: 'a'.repeat(64), bytes: 3 }] },
  provenance: { 1: { kind: 'http', source: 'https://models.example/m', digest: 'd'.repeat(64) } },
  shared: { 2: [{ path: 'onnx/model.onnx', sha256: 'b'.repeat(64), bytes: 4 }, { path: 'README.md', sha256: 'c'.repeat(64), bytes: 0 }] },
  history: [{ at: 3_000, by: 'admin', action: 'promote', alias: 'stable', from: '1', to: '2', reason: 'better' }],
};

/** What every ModelCatalog promises. Call it inside a spec; `make` gives an empty catalogue and another one over the same records. */
export function modelCatalogContract(make: () => Promise<{ readonly catalog: ModelCatalog; readonly other: ModelCatalog }>): void {
  it('finds nothing where nothing was stored', async () => {
    const { catalog } = await make();
    expect([await catalog.names(), await catalog.find('m')]).toEqual([[], undefined]);
  });

  it('gives back what was stored, whoever stored it', async () => {
    const { catalog, other } = await make();
    await catalog.store(full);
    await other.store(record('b', 1));
    expect([await other.find('full'), await catalog.names()]).toEqual([full, ['b', 'full']]);
  });

  it('stores only the revision after the kept one', async () => {
    const { catalog, other } = await make();
    await catalog.store(record('m', 1));
    await other.store(record('m', 2, { stable: '1' }));
    for (const revision of [1, 2, 4]) await expect(catalog.store(record('m', revision))).rejects.toMatchObject({ code: 'REGISTRY.CATALOG_CONFLICT', kind: 'conflict' });
    await expect(catalog.store(record('new', 2))).rejects.toMatchObject({ code: 'REGISTRY.CATALOG_CONFLICT' });
    expect(await catalog.find('m')).toEqual(record('m', 2, { stable: '1' }));
  });

  it('lets one of many writers of a revision through', async () => {
    const { catalog, other } = await make();
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => (i % 2 ? catalog : other).store(record('m', 1, { winner: `${i}` }))));
    const winners = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [`${i}`] : []));
    expect([(await catalog.find('m'))?.aliases['winner']]).toEqual(winners);
  });

  it('removes a record of the revision that was named, and begins anew with 1', async () => {
    const { catalog, other } = await make();
    await catalog.store(record('m', 1));
    await expect(other.remove('m', 2)).rejects.toMatchObject({ code: 'REGISTRY.CATALOG_CONFLICT' });
    await other.remove('m', 1);
    expect([await catalog.find('m'), await catalog.names()]).toEqual([undefined, []]);
    await catalog.store(record('m', 1, { again: '1' }));
    expect((await other.find('m'))?.aliases).toEqual({ again: '1' });
  });

  it('tells watchers soon of changes of others, not of their own', async () => {
    const { catalog, other } = await make();
    const told: string[] = [];
    using _watch = catalog.watch((name) => void told.push(name));
    await catalog.store(record('mine', 1));
    await other.store(record('theirs', 1));
    await waitFor(() => told.includes('theirs'));
    await other.remove('theirs', 1);
    await waitFor(() => told.length === 2);
    expect(told).toEqual(['theirs', 'theirs']);
  });

  it('tells nobody any more once the watch ended', async () => {
    const { catalog, other } = await make();
    const told: string[] = [];
    catalog.watch((name) => void told.push(name))[Symbol.dispose]();
    await other.store(record('m', 1));
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(told).toEqual([]);
  });
}

/** Patient, for machines that are busy. */
async function waitFor(condition: () => boolean): Promise<void> {
  const endAt = Date.now() + 4_000;
  while (!condition() && Date.now() < endAt) await new Promise((resolve) => setTimeout(resolve, 5));
}
