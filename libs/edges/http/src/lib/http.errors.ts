import { CortexError } from '@cortex/kernel';

/** A field, header or parameter that cannot be read; the message names it, the value and what is accepted. */
export class InvalidRequestError extends CortexError {
  readonly code = 'REQUEST.INVALID';
  readonly kind = 'invalid';

  constructor(override readonly field: string, message: string) {
    super(message);
  }
}

/** The body is not what its content type says. */
export class MalformedBodyError extends CortexError {
  readonly code = 'REQUEST.MALFORMED_BODY';
  readonly kind = 'invalid';
}

/** The body, as it came or inflated, is larger than the server takes. */
export class BodyTooLargeError extends CortexError {
  readonly code = 'REQUEST.BODY_TOO_LARGE';
  readonly kind = 'too-large';

  constructor(readonly limitBytes: number) {
    super(`the body is larger than the limit of ${limitBytes} bytes`);
  }
}

/** More texts, documents or tensor rows than one request may bring. */
export class TooManyRowsError extends CortexError {
  readonly code = 'REQUEST.TOO_MANY_ROWS';
  readonly kind = 'too-large';

  constructor(override readonly field: string, readonly rows: number, readonly limit: number) {
    super(`${field} has ${rows} rows, the limit of one request is ${limit}`);
  }
}

/** A content type or encoding that is not spoken on this route. */
export class UnsupportedContentError extends CortexError {
  readonly code = 'REQUEST.UNSUPPORTED_CONTENT';
  readonly kind = 'unsupported';
}

/** No answer of this route is of a content type that the caller takes. */
export class NotAcceptableError extends CortexError {
  readonly code = 'REQUEST.NOT_ACCEPTABLE';
  readonly kind = 'unacceptable';
}

/** A route of a service that this server was not told of. */
export class HaystackNotConfiguredError extends CortexError {
  readonly code = 'HAYSTACK.NOT_CONFIGURED';
  readonly kind = 'not-found';
}

/** Nothing answers under this method and path. */
export class RouteNotFoundError extends CortexError {
  readonly code = 'REQUEST.ROUTE_NOT_FOUND';
  readonly kind = 'not-found';

  constructor(method: string, path: string) {
    super(`nothing answers ${method} ${path.slice(0, 80)}; GET /openapi.json lists what does`);
  }
}

/** The server is up, but the models it needs are not. */
export class NotReadyError extends CortexError {
  readonly code = 'SERVER.NOT_READY';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor() {
    super('the server is not ready yet');
  }
}
