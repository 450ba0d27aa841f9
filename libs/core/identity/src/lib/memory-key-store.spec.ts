import { keyStoreContract } from './key-store.contract';
import { MemoryKeyStore } from './memory-key-store';

describe('MemoryKeyStore', () => keyStoreContract(() => new MemoryKeyStore()));
