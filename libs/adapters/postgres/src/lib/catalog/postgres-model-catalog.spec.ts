import { SilentChangeSignal } from '@cortex/kernel';
import { describeWith, FaultProxy } from '@cortex/kernel/testing';
import type { ModelRecord } from '@cortex/model-registry';
import { modelCatalogContract } from '@cortex/model-registry/testing';
import { describeOnEach } from '../../testing/each-database';
import { ScratchDatabase } from '../../testing/scratch-database';
import { ChangeFeed } from '../changes/change-feed';
import { Database } from '../database/database';
import { PostgresJobStore } from '../jobs/postgres-job-store';
import { PostgresKeyStore } from '../keys/postgres-key-store';
import { ModelRecordRow } from './model-record.entity';
import { PostgresModelCatalog } from './postgres-model-catalog';

jest.setTimeout(60_000);

describeOnEach('PostgresModelCatalog', (databases) => {
  const feeds: ChangeFeed[] = [];
  afterAll(() => feeds.forEach((feed) => feed[Symbol.dispose]()));

  const catalogOn = (database: Database) => {
    const changes = new ChangeFeed({ database, signal: new SilentChangeSignal(), pollMs: 500 });
    feeds.push(changes);
    return new PostgresModelCatalog({ database, changes, warn: () => undefined });
  };

  modelCatalogContract(async () => {
    const database = await databases.fresh();
    return { catalog: catalogOn(database), other: catalogOn(await databases.again(database)) };
  });

  const stored: ModelRecord = { name: 'm', revision: 1, aliases: {}, rollouts: [], gates: {}, reports: [], pins: {}, provenance: {}, shared: {}, history: [] };

  it('reports a record that somebody has damaged, and never overwrites it', async () => {
    const database = await databases.fresh();
    const catalog = catalogOn(database);
    await catalog.store(stored);
    await database.use((manager) => manager.update(ModelRecordRow, { name: 'm' }, { record: { ...stored, later: true } } as never));
    await expect(catalog.find('m')).rejects.toMatchObject({ code: 'REGISTRY.CATALOG_DAMAGED' });
    await expect(catalog.store({ ...stored, revision: 2 })).rejects.toMatchObject({ code: 'REGISTRY.CATALOG_DAMAGED' });
    expect(await catalog.names()).toEqual(['m']);
  });

  it('refuses a record that is too large to be read whole', async () => {
    const catalog = catalogOn(await databases.fresh());
    const gates = { stable: { golden: { inputs: ['x'.repeat(9 * 2 ** 20)], expected: [[1]], minCosine: 0.9 } } };
    await expect(catalog.store({ ...stored, gates })).rejects.toMatchObject({ code: 'REGISTRY.RECORD_TOO_LARGE' });
  });

  it('tells a watcher at its start what others had stored, and after a failure what it could not take in', async () => {
    const database = await databases.fresh();
    await catalogOn(database).store(stored);
    const told: string[] = [];
    let calls = 0;
    const watching = catalogOn(database).watch((name) => ((calls += 1) === 1 ? Promise.reject(new Error('busy')) : void told.push(name)));
    for (let waited = 0; told.length === 0 && waited < 500; waited += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    watching[Symbol.dispose]();
    expect([calls, told]).toEqual([2, ['m']]);
  });
});

describeWith('postgres', 'the stores without their database', ({ url }) => {
  it('say so in their ports\' words', async () => {
    await using scratch = await ScratchDatabase.make(url);
    await using proxy = await FaultProxy.to(scratch.port);
    await using database = await Database.open({ url: scratch.urlBy({ port: proxy.port }) });
    using changes = new ChangeFeed({ database, signal: new SilentChangeSignal(), pollMs: 500 });
    proxy.cut();
    const unavailable = (code: string) => expect.objectContaining({ code, kind: 'unavailable', retryAfterMs: expect.any(Number) }) as Error;
    await expect(new PostgresModelCatalog({ database, changes, warn: () => undefined }).names()).rejects.toEqual(unavailable('REGISTRY.CATALOG_UNAVAILABLE'));
    await expect(new PostgresKeyStore(database, changes).read()).rejects.toEqual(unavailable('IDENTITY.KEY_STORE'));
    await expect(new PostgresJobStore(database).find('x')).rejects.toEqual(unavailable('JOBS.STORE_UNAVAILABLE'));
    proxy.mend();
  });
});
