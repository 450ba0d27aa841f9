import { jobStoreContract } from '@cortex/jobs/testing';
import { describeOnEach } from '../../testing/each-database';
import { PostgresJobStore } from './postgres-job-store';

jest.setTimeout(60_000);

describeOnEach('PostgresJobStore', (databases) => {
  jobStoreContract(async () => {
    const database = await databases.fresh();
    return { store: new PostgresJobStore(database), other: new PostgresJobStore(await databases.again(database)) };
  });
});
