import { MemoryModelCatalog } from './memory-model-catalog';
import { modelCatalogContract } from './model-catalog.contract';

describe('MemoryModelCatalog', () => {
  modelCatalogContract(async () => {
    const catalog = new MemoryModelCatalog();
    return { catalog, other: catalog.another() };
  });
});
