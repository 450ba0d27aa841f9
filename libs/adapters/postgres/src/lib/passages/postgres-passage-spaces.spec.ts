import { passageSpacesContract } from '@cortex/query/testing';
import { describeOnEach } from '../../testing/each-database';
import { PostgresPassageIndex } from './postgres-passage-index';
import { PostgresPassageSpaces } from './postgres-passage-spaces';

jest.setTimeout(60_000);

describeOnEach('PostgresPassageSpaces', (databases) => {
  passageSpacesContract(async () => {
    const database = await databases.fresh();
    return { index: new PostgresPassageIndex(database), spaces: new PostgresPassageSpaces(database) };
  });
});
