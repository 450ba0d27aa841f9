/** The port: bytes under keys. */
export { ObjectStore, type ObjectInfo, type ReadOptions, type WriteOptions } from './lib/object-store.port';
/** What every key must look like. */
export { checkedKey } from './lib/object-key';
export { ObjectCorruptError, ObjectKeyError, ObjectNotFoundError, ObjectRangeError, ObjectStoreUnavailableError, ObjectTooLargeError } from './lib/objects.errors';
