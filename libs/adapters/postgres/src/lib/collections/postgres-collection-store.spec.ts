import { collectionStoreContract } from '@cortex/query/testing';
import { describeOnEach } from '../../testing/each-database';
import { PostgresCollectionStore } from './postgres-collection-store';

jest.setTimeout(60_000);

describeOnEach('PostgresCollectionStore', (databases) => {
  collectionStoreContract(async () => {
    const database = await databases.fresh();
    return { store: new PostgresCollectionStore(database), other: new PostgresCollectionStore(await databases.again(database)) };
  });
});
