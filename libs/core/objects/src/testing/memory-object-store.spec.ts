import { objectStoreContract } from '../lib/object-store.contract';
import { MemoryObjectStore } from './memory-object-store';

describe('MemoryObjectStore', () => {
  objectStoreContract(() => new MemoryObjectStore());
});
