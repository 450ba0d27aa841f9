import { documentStoreContract } from './document-store.contract';
import { MemoryDocumentStore } from './memory-document-store';

describe('MemoryDocumentStore', () => documentStoreContract(async () => new MemoryDocumentStore()));
