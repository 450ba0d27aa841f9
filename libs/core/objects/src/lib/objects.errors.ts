import { CortexError, formatBytes, quote } from '@cortex/kernel';

/** Thrown for a key that no store takes. */
export class ObjectKeyError extends CortexError {
  readonly code = 'OBJECTS.BAD_KEY';
  readonly kind = 'invalid';

  constructor(key: string) {
    super(`the object key '${quote(key)}' is not 1 to 900 bytes of parts of A-Z a-z 0-9 . _ - = @ + with / between them, none of them empty, '.', '..' or longer than 200`);
  }
}

/** Thrown for what is no SHA-256. */
export class ObjectDigestError extends CortexError {
  readonly code = 'OBJECTS.BAD_DIGEST';
  readonly kind = 'invalid';

  constructor(digest: string) {
    super(`'${quote(digest)}' is no sha256, expected 64 hex digits in lower case`);
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

/** Thrown where a key would be a folder of another one, which some stores cannot keep. */
export class ObjectConflictError extends CortexError {
  readonly code = 'OBJECTS.CONFLICT';
  readonly kind = 'conflict';

  constructor(readonly key: string) {
    super(`the object '${quote(key, 120)}' cannot be kept: another one's key is the beginning of its own, or the other way round`);
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

/** Thrown while an object arrives that is larger than its writer, or the store, may keep. */
export class ObjectTooLargeError extends CortexError {
  readonly code = 'OBJECTS.TOO_LARGE';
  readonly kind = 'too-large';

  constructor(key: string, readonly limitBytes: number) {
    super(`'${quote(key, 120)}' is larger than ${formatBytes(limitBytes)}`);
  }
}

/** Thrown when what arrives has another digest than was promised; nothing of it is kept. */
export class DigestMismatchError extends CortexError {
  readonly code = 'OBJECTS.DIGEST_MISMATCH';
  readonly kind = 'unprocessable';

  constructor(readonly promised: string, readonly found: string) {
    super(`what arrived is sha256:${found}, not sha256:${promised} as promised`);
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

/** Thrown when the store cannot be reached, or breaks off; the cause is for the log only. */
export class ObjectStoreUnavailableError extends CortexError {
  readonly code = 'OBJECTS.UNAVAILABLE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor(cause: unknown) {
    super('the object store does not answer', { cause });
  }
}

/** Thrown when the store has no room left. */
export class ObjectStoreFullError extends CortexError {
  readonly code = 'OBJECTS.FULL';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 60_000;

  constructor(cause: unknown) {
    super('the object store is full', { cause });
  }
}

/** Thrown when the store answers, but refuses to work as it is set up: an operator must act. The reason names no secret. */
export class ObjectStoreRefusedError extends CortexError {
  readonly code = 'OBJECTS.REFUSED';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 30_000;

  constructor(reason: string, cause?: unknown) {
    super(`the object store cannot be used: ${quote(reason, 200)}`, { cause });
  }
}
