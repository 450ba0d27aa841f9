import { CortexError } from '@cortex/kernel';
import { ObjectConflictError, ObjectNotFoundError, ObjectStoreFullError, ObjectStoreRefusedError, ObjectStoreUnavailableError } from '@cortex/objects';
import { S3Error } from 'minio';

const CONNECTION = ['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'ENOTFOUND'];
const MISSING = ['NoSuchKey', 'NotFound'];
const CREDENTIALS = ['AccessDenied', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'RequestTimeTooSkewed', 'ExpiredToken', 'InvalidToken', 'AccountProblem', 'XAdminUserNotFound'];
const FULL = ['XMinioStorageFull', 'QuotaExceeded', 'XMinioAdminBucketQuotaExceeded', 'InsufficientStorage'];
const CONFLICT = ['XMinioParentIsObject', 'XMinioObjectExistsAsDirectory', 'ObjectParentIsFile', 'ExistingObjectIsDirectory'];

/** The server did not speak, or listen, for so long. */
export class SilentServerError extends Error {
  constructor(silenceMs: number) {
    super(`nothing came for ${silenceMs} ms`);
  }
}

/** The server is overloaded or broken for the moment. */
export class BusyServerError extends Error {
  constructor(readonly status: number) {
    super(`the server answered ${status}`);
  }
}

/** Whether the same call may fare better in a moment. A silent server is not asked again: each time would take as long. */
export function isPassing(error: unknown): boolean {
  return error instanceof BusyServerError || CONNECTION.includes(codeIn(error) ?? '');
}

/** What a call met, in the words of the port; the server's own text stays in the cause. */
export function failureOf(error: unknown, { key, bucket, region }: { readonly key: string; readonly bucket: string; readonly region: string }): unknown {
  if (error instanceof CortexError) return error;
  if (!(error instanceof S3Error)) return new ObjectStoreUnavailableError(error);
  const { code = '' } = error;
  if (MISSING.includes(code)) return new ObjectNotFoundError(key);
  if (FULL.includes(code)) return new ObjectStoreFullError(error);
  if (CONFLICT.includes(code)) return new ObjectConflictError(key);
  if (code === 'NoSuchBucket') return new ObjectStoreRefusedError(`there is no bucket '${bucket}'`, error);
  const home = regionIn(error);
  if (home !== undefined && home !== region) return new ObjectStoreRefusedError(`the bucket '${bucket}' is in region '${home}', not '${region}'`, error);
  if (CREDENTIALS.includes(code)) return new ObjectStoreRefusedError(`it refuses the access key (${code})`, error);
  return new ObjectStoreUnavailableError(error);
}

/** `NoSuchKey` and the like; undefined for what no S3 server said. */
export function s3CodeOf(error: unknown): string | undefined {
  return error instanceof S3Error ? error.code : undefined;
}

/** The client's own failures have a code but no system call. */
function codeIn(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeIn(error.errors[0]); // of all addresses of one name
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function regionIn(error: S3Error): string | undefined {
  const home = error.region ?? ('amzBucketRegion' in error ? error.amzBucketRegion : undefined);
  return typeof home === 'string' && home !== '' ? home : undefined;
}
