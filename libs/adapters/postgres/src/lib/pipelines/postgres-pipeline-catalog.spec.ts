import { pipelineCatalogContract } from '@cortex/nlp-pipeline/testing';
import { describeOnEach } from '../../testing/each-database';
import { PostgresPipelineCatalog } from './postgres-pipeline-catalog';

jest.setTimeout(60_000);

describeOnEach('PostgresPipelineCatalog', (databases) => {
  pipelineCatalogContract(async () => {
    const database = await databases.fresh();
    return { catalog: new PostgresPipelineCatalog(database), other: new PostgresPipelineCatalog(database) };
  });
});
