import { passageIndexContract } from '@cortex/query/testing';
import { describeOnEach } from '../../testing/each-database';
import { PostgresPassageIndex } from './postgres-passage-index';

jest.setTimeout(60_000);

describeOnEach('PostgresPassageIndex', (databases) => passageIndexContract(async () => new PostgresPassageIndex(await databases.fresh())));
