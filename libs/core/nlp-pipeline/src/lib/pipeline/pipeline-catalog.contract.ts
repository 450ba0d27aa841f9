import type { PipelineCatalog } from './pipeline-catalog.port';
import type { PipelineRecord } from './pipeline-record';

const record = (name: string, revision: number, aliases: Record<string, string> = {}): PipelineRecord => ({ name, revision, versions: {}, aliases });
const full: PipelineRecord = {
  name: 'full',
  revision: 1,
  versions: { '1.0': { name: 'full', version: '1.0', steps: [{ use: 'language', as: 'lang', with: { atLeast: 0.5, é: ['\u0000', null] }, when: { 'text.length': { gt: 3 } }, needs: ['tokens'] }] }, constructor: { name: 'full', version: 'constructor', steps: [{ use: 'tokens' }] } },
  aliases: { stable: '1.0' },
};

/** What every PipelineCatalog promises. Call it inside a spec; `make` gives an empty catalogue and another one over the same records. */
export function pipelineCatalogContract(make: () => Promise<{ readonly catalog: PipelineCatalog; readonly other: PipelineCatalog }>): void {
  it('finds nothing where nothing was stored', async () => {
    const { catalog } = await make();
    expect([await catalog.names(), await catalog.find('p')]).toEqual([[], undefined]);
  });

  it('gives back what was stored, whoever stored it', async () => {
    const { catalog, other } = await make();
    await catalog.store(full);
    await other.store(record('b', 1));
    expect([await other.find('full'), await catalog.names()]).toEqual([full, ['b', 'full']]);
  });

  it('stores only the revision after the kept one', async () => {
    const { catalog, other } = await make();
    await catalog.store(record('p', 1));
    await other.store(record('p', 2, { stable: '1' }));
    for (const revision of [1, 2, 4]) await expect(catalog.store(record('p', revision))).rejects.toMatchObject({ code: 'NLP.PIPELINE_CONFLICT', kind: 'conflict' });
    await expect(catalog.store(record('new', 2))).rejects.toMatchObject({ code: 'NLP.PIPELINE_CONFLICT' });
    expect(await catalog.find('p')).toEqual(record('p', 2, { stable: '1' }));
  });

  it('lets one of many writers of a revision through', async () => {
    const { catalog, other } = await make();
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => (i % 2 ? catalog : other).store(record('p', 1, { winner: `${i}` }))));
    const winners = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [`${i}`] : []));
    expect([(await catalog.find('p'))?.aliases['winner']]).toEqual(winners);
  });

  it('removes a record of the revision that was named, and begins anew with 1', async () => {
    const { catalog, other } = await make();
    await catalog.store(record('p', 1));
    await expect(other.remove('p', 2)).rejects.toMatchObject({ code: 'NLP.PIPELINE_CONFLICT' });
    await other.remove('p', 1);
    expect([await catalog.find('p'), await catalog.names()]).toEqual([undefined, []]);
    await catalog.store(record('p', 1, { again: '1' }));
    expect((await other.find('p'))?.aliases).toEqual({ again: '1' });
  });
}
