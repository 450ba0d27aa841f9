import { collectionStoreContract } from './collection-store.contract';
import { MemoryCollectionStore } from './memory-collection-store';

describe('MemoryCollectionStore', () =>
  collectionStoreContract(async () => {
    const store = new MemoryCollectionStore();
    return { store, other: store };
  }));
