/** Port: bytes under keys. */
export { ObjectStore, type ObjectInfo, type ReadOptions, type WriteOptions } from './lib/object-store.port';
/** Bytes under their SHA-256, verified both ways. */
export { ArtifactStore, type Artifact, type StoreOptions } from './lib/artifact-store';
/** For adapters: what every key and prefix must look like, and a source within its limits. */
export { checkedKey, checkedPrefix, isKey } from './lib/object-key';
export { bounded } from './lib/bounded';
/** Why an object cannot be kept or read; each has a stable code `OBJECTS.…`. */
export {
  DigestMismatchError,
  ObjectConflictError,
  ObjectCorruptError,
  ObjectDigestError,
  ObjectKeyError,
  ObjectNotFoundError,
  ObjectRangeError,
  ObjectStoreFullError,
  ObjectStoreRefusedError,
  ObjectStoreUnavailableError,
  ObjectTooLargeError,
} from './lib/objects.errors';
