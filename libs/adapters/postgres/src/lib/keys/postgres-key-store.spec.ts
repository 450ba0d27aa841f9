import { keyStoreContract } from '@cortex/identity/testing';
import { SilentChangeSignal } from '@cortex/kernel';
import { describeOnEach } from '../../testing/each-database';
import { ChangeFeed } from '../changes/change-feed';
import { PostgresKeyStore } from './postgres-key-store';

jest.setTimeout(60_000);

describeOnEach('PostgresKeyStore', (databases) => {
  const feeds: ChangeFeed[] = [];
  afterAll(() => feeds.forEach((feed) => feed[Symbol.dispose]()));

  keyStoreContract(async () => {
    const database = await databases.fresh();
    const changes = new ChangeFeed({ database, signal: new SilentChangeSignal(), pollMs: 500 });
    feeds.push(changes);
    return new PostgresKeyStore(database, changes);
  });
});
