/** An object as the store knows it. */
export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  /** Wall clock of the store, milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** How much of an object is wanted. */
export interface ReadOptions {
  /** First byte; default 0. At the object's end there is nothing, beyond it `read` throws. */
  readonly start?: number;
  readonly signal?: AbortSignal;
}

/** How much may be written. */
export interface WriteOptions {
  /** More is refused while it arrives, and nothing is kept of it. Default as much as the store takes. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Keeps bytes under keys (`/`-separated, checked by `checkedKey`), streamed both ways: memory does not grow with an object.
 * No key may be another's folder (`a` beside `a/b`): where it matters to a store, it throws ObjectConflictError.
 * Deliberately not in it: hashes (see ArtifactStore), metadata, versions, copies, links for browsers.
 * Everything throws ObjectStoreUnavailableError where the store cannot be reached and ObjectStoreRefusedError where it is set up wrongly.
 */
export abstract class ObjectStore {
  /** Undefined where there is none. */
  abstract find(key: string): Promise<ObjectInfo | undefined>;
  /** All or nothing: readers see the former object until the last chunk is stored, also when the source throws. The source is closed. @throws ObjectTooLargeError, ObjectStoreFullError, what the source throws, the signal's reason */
  abstract write(key: string, chunks: AsyncIterable<Uint8Array>, options?: WriteOptions): Promise<ObjectInfo>;
  /** Ends early, by throwing, when the signal aborts or the store is lost. @throws ObjectNotFoundError, ObjectRangeError, the signal's reason */
  abstract read(key: string, options?: ReadOptions): AsyncIterable<Uint8Array>;
  /** One that is absent already is no mistake. */
  abstract remove(key: string): Promise<void>;
  /** What begins with the prefix, in ascending order of the keys' bytes. */
  abstract list(prefix: string): AsyncIterable<ObjectInfo>;
}
