import { documentStoreContract } from '@cortex/query/testing';
import { describeOnEach } from '../../testing/each-database';
import { PostgresDocumentStore } from './postgres-document-store';

jest.setTimeout(60_000);

describeOnEach('PostgresDocumentStore', (databases) => documentStoreContract(async () => new PostgresDocumentStore(await databases.fresh())));
