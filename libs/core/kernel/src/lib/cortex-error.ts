/**
 * What kind of failure it is, as far as a caller can act on it. Each edge maps these, and only these, to its own status
 * (HTTP in `edges/http`), so that a new error class needs no change there.
 */
export type ErrorKind =
  | 'invalid' // the caller must change the request
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'expired' // the deadline passed before the work began
  | 'cancelled' // the caller left
  | 'conflict'
  | 'too-large'
  | 'unsupported' // a content type or encoding that is not spoken here
  | 'unacceptable' // no content type that the caller takes is spoken here
  | 'unprocessable' // well formed but impossible
  | 'overloaded' // this caller, or this priority, must come back later
  | 'upstream' // another service answered wrongly
  | 'upstream-timeout'
  | 'unavailable'; // memory or a dependency is missing now

/** Every failure a caller may meet, with a stable `code` such as `REGISTRY.MODEL_NOT_FOUND`. A bug is a plain Error. */
export abstract class CortexError extends Error {
  abstract readonly code: string;
  abstract readonly kind: ErrorKind;
  /** When it is worth coming back, in milliseconds; set on everything that is `overloaded` or `unavailable`. */
  readonly retryAfterMs?: number;
  /** The request field it is about, where there is one. */
  readonly field?: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The code of any thrown value, for labels and health: a CortexError's own, otherwise `INTERNAL`. */
export function codeOf(error: unknown): string {
  return error instanceof CortexError ? error.code : 'INTERNAL';
}

/** Cuts a user's value to at most `limit` UTF-16 units for use in a message. */
export function quote(value: unknown, limit = 60): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}

/** Makes the compiler prove that a union was handled whole. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${quote(value)}. This is a bug.`);
}
