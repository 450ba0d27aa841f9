import { JobLostError, WorkerStoppedError } from '@cortex/jobs';
import { CortexError, formatBytes, quote } from '@cortex/kernel';

/** The address may not be asked: scheme, host, port or network. */
export class SourceForbiddenError extends CortexError {
  readonly code = 'REGISTRY.SOURCE_FORBIDDEN';
  readonly kind = 'invalid';
  override readonly field = 'source';
}

/** The source has no such model, revision or file. */
export class SourceNotFoundError extends CortexError {
  readonly code = 'REGISTRY.SOURCE_NOT_FOUND';
  readonly kind = 'not-found';
}

/** The source answered wrongly or broke off; the same request again goes on where it stopped. */
export class SourceFailedError extends CortexError {
  readonly code = 'REGISTRY.SOURCE_FAILED';
  readonly kind = 'upstream';
}

/** The source did not send enough in time. */
export class SourceTooSlowError extends CortexError {
  readonly code = 'REGISTRY.SOURCE_TOO_SLOW';
  readonly kind = 'upstream-timeout';
}

/** A file is not what was promised. It was thrown away. */
export class ChecksumMismatchError extends CortexError {
  readonly code = 'REGISTRY.CHECKSUM_MISMATCH';
  readonly kind = 'unprocessable';

  constructor(path: string, what: 'sha256' | 'bytes') {
    super(`'${quote(path)}' has ${what === 'bytes' ? 'another number of bytes' : 'another sha256'} than promised`);
  }
}

/** A version is never replaced. */
export class VersionExistsError extends CortexError {
  readonly code = 'REGISTRY.VERSION_EXISTS';
  readonly kind = 'conflict';
  override readonly field = 'version';

  constructor(readonly model: string, readonly version: string) {
    super(`model '${quote(model)}' has a version '${quote(version)}' already`);
  }
}

/** Another transfer of the same version is under way. */
export class VersionBusyError extends CortexError {
  readonly code = 'REGISTRY.VERSION_BUSY';
  readonly kind = 'conflict';
  override readonly field = 'version';

  constructor(readonly model: string, readonly version: string) {
    super(`another transfer of '${quote(model)}@${quote(version)}' is under way`);
  }
}

/** The name cannot be used for an installed model; the message says why. */
export class NameRefusedError extends CortexError {
  readonly code = 'REGISTRY.NAME_REFUSED';
  readonly kind = 'conflict';
  override readonly field = 'name';
}

/** A file of a kind that has no place in a model folder. */
export class FileRefusedError extends CortexError {
  readonly code = 'REGISTRY.FILE_REFUSED';
  readonly kind = 'invalid';
  override readonly field = 'files';

  constructor(readonly path: string, reason: string) {
    super(`'${quote(path)}' is refused: ${reason}`);
  }
}

/** All files are there and true, but they are no model that can be served. */
export class ModelRefusedError extends CortexError {
  readonly code = 'REGISTRY.MODEL_REFUSED';
  readonly kind = 'unprocessable';

  constructor(readonly model: string, reason: string) {
    super(`'${quote(model)}' cannot be installed: ${quote(reason, 300)}`);
  }
}

/** More bytes than a file or a model may have. */
export class ModelTooLargeError extends CortexError {
  readonly code = 'REGISTRY.MODEL_TOO_LARGE';
  readonly kind = 'too-large';

  constructor(what: string, readonly bytes: number, readonly limitBytes: number) {
    super(`${what} has ${formatBytes(bytes)}, the limit is ${formatBytes(limitBytes)}`);
  }
}

/** The disk is full. What is there stays, and the same request again goes on from it. */
export class StorageFullError extends CortexError {
  readonly code = 'REGISTRY.STORAGE_FULL';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 60_000;

  constructor() {
    super('there is no space left for the model; make room, then ask again to go on');
  }
}

/** Enough transfers are under way or waiting. */
export class TooManyTransfersError extends CortexError {
  readonly code = 'REGISTRY.TOO_MANY_TRANSFERS';
  readonly kind = 'overloaded';
  override readonly retryAfterMs = 30_000;

  constructor(readonly transfers: number, readonly limit: number) {
    super(`${transfers} transfers are under way or waiting, the limit is ${limit}`);
  }
}

/** No transfer has this id: it never began, or is long over. */
export class TransferNotFoundError extends CortexError {
  readonly code = 'REGISTRY.TRANSFER_NOT_FOUND';
  readonly kind = 'not-found';

  constructor(id: string) {
    super(`there is no transfer '${quote(id)}'`);
  }
}

/** A part does not begin where the file ends so far. */
export class UploadOffsetError extends CortexError {
  readonly code = 'REGISTRY.UPLOAD_OFFSET';
  readonly kind = 'conflict';

  constructor(readonly offset: number, readonly expected: number) {
    super(`the part begins at byte ${offset}, the file has ${expected} bytes so far: go on there`);
  }
}

/** The caller did not send enough of a part in time. What came stays: it can go on from there. */
export class UploadTooSlowError extends CortexError {
  readonly code = 'REGISTRY.UPLOAD_TOO_SLOW';
  readonly kind = 'expired';

  constructor(how: string) {
    super(`the client ${how}; ask how far the file is and go on there`);
  }
}

/** Files were declared, but did not come yet. */
export class UploadIncompleteError extends CortexError {
  readonly code = 'REGISTRY.UPLOAD_INCOMPLETE';
  readonly kind = 'conflict';

  constructor(path: string, bytes: number, declared: number) {
    super(`'${quote(path)}' has ${bytes} of ${declared} bytes`);
  }
}

/** Somebody asked to stop. Nothing is kept. */
export class TransferCancelledError extends CortexError {
  readonly code = 'REGISTRY.TRANSFER_CANCELLED';
  readonly kind = 'cancelled';

  constructor() {
    super('the transfer was cancelled');
  }
}

/** The server stops. What is there stays, and the same request again goes on from it. */
export class TransferInterruptedError extends CortexError {
  readonly code = 'REGISTRY.TRANSFER_INTERRUPTED';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 5_000;

  constructor() {
    super('the server stops; ask again to go on');
  }
}

const RESUMABLE = [SourceFailedError, SourceTooSlowError, StorageFullError, ChecksumMismatchError, TransferInterruptedError, WorkerStoppedError, JobLostError];

/** Whether what has come is worth keeping: the same request again goes on from it. */
export function isResumable(error: unknown): boolean {
  return RESUMABLE.some((kind) => error instanceof kind);
}
