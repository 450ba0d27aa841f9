/** What every ObjectStore promises: call it inside a spec. */
export { objectStoreContract } from './lib/object-store.contract';
/** Objects in memory. */
export { MemoryObjectStore } from './testing/memory-object-store';
/** Chunks for a store, and their bytes again. */
export { bytesOf, chunksOf } from './testing/chunks';
