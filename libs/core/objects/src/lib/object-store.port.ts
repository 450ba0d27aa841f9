/** An object as the store knows it. */
export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  /** Wall clock, milliseconds since 1970. */
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
  /** More is refused while it arrives, and nothing is kept of it. Default no limit. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Keeps bytes under keys (`/`-separated, checked by `checkedKey`), streamed both ways: memory does not grow with an object.
 * Deliberately not in it: hashes (see ArtifactStore), metadata, versions, links for browsers.
 */
export abstract class ObjectStore {
  /** Undefined where there is none. @throws ObjectStoreUnavailableError */
  abstract find(key: string): Promise<ObjectInfo | undefined>;
  /** All or nothing: readers see the former object until the last chunk is stored, also when the source throws. @throws ObjectTooLargeError, ObjectStoreUnavailableError, what the source throws, the signal's reason */
  abstract write(key: string, chunks: AsyncIterable<Uint8Array>, options?: WriteOptions): Promise<ObjectInfo>;
  /** Ends early, by throwing, when the signal aborts or the connection is lost. @throws ObjectNotFoundError, ObjectRangeError, ObjectStoreUnavailableError */
  abstract read(key: string, options?: ReadOptions): AsyncIterable<Uint8Array>;
  /** One that is absent already is no mistake. @throws ObjectStoreUnavailableError */
  abstract remove(key: string): Promise<void>;
  /** Keys that begin with the prefix, in ascending order of their UTF-8 bytes. @throws ObjectStoreUnavailableError */
  abstract list(prefix: string): AsyncIterable<ObjectInfo>;
}
