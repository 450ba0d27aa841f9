import { CortexError, formatBytes, quote } from '@cortex/kernel';

/** Thrown for a key that no store takes. */
export class ObjectKeyError extends CortexError {
  readonly code = 'OBJECTS.BAD_KEY';
  readonly kind = 'invalid';

  constructor(key: string) {
    super(`the object key '${quote(key)}' is not 1 to 900 bytes of parts of A-Z a-z 0-9 . _ - = @ + with / between them, none of them empty, '.' or '..'`);
  }
}

/** Thrown where an object should be and is not. */
export class ObjectNotFoundError extends CortexError {
  readonly code = 'OBJECTS.NOT_FOUND';
  readonly kind = 'not-found';

  constructor(readonly key: string) {
    super(`there is no object '${quote(key, 120)}'`);
  }
}

/** Thrown for a first byte beyond an object's end. */
export class ObjectRangeError extends CortexError {
  readonly code = 'OBJECTS.RANGE';
  readonly kind = 'invalid';

  constructor(key: string, readonly start: number, readonly bytes: number) {
    super(`'${quote(key, 120)}' has ${bytes} bytes, it cannot be read from byte ${start} on`);
  }
}

/** Thrown while an object arrives that is larger than its writer may store. */
export class ObjectTooLargeError extends CortexError {
  readonly code = 'OBJECTS.TOO_LARGE';
  readonly kind = 'too-large';

  constructor(key: string, readonly limitBytes: number) {
    super(`'${quote(key, 120)}' is larger than ${formatBytes(limitBytes)}`);
  }
}

/** Thrown when the content is not what its digest promises; nothing of it may be used. */
export class ObjectCorruptError extends CortexError {
  readonly code = 'OBJECTS.CORRUPT';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 60_000;

  constructor(readonly sha256: string) {
    super(`the stored artifact sha256:${sha256} is damaged: its bytes have another digest`);
  }
}

/** Thrown when the store cannot be reached or refuses to work; the cause is for the log only. */
export class ObjectStoreUnavailableError extends CortexError {
  readonly code = 'OBJECTS.UNAVAILABLE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor(cause: unknown) {
    super('the object store does not answer', { cause });
  }
}
