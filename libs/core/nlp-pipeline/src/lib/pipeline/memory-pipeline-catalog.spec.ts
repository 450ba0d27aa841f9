import { MemoryPipelineCatalog } from './memory-pipeline-catalog';
import { pipelineCatalogContract } from './pipeline-catalog.contract';

describe('MemoryPipelineCatalog', () => {
  pipelineCatalogContract(async () => {
    const catalog = new MemoryPipelineCatalog();
    return { catalog, other: catalog };
  });
});
