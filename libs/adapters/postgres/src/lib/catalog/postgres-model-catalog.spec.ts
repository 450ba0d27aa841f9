import { modelCatalogContract } from '@cortex/model-registry/testing';
import { SilentChangeSignal } from '@cortex/kernel';
import { describeOnEach } from '../../testing/each-database';
import { ChangeFeed } from '../changes/change-feed';
import type { Database } from '../database/database';
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
});
