import { assertNever, type ErrorKind } from '@cortex/kernel';

/** The one table from kinds of failure to HTTP status. 499 is the customary one for a client that has left. */
export function statusOf(kind: ErrorKind): number {
  switch (kind) {
    case 'invalid': return 400;
    case 'unauthenticated': return 401;
    case 'forbidden': return 403;
    case 'not-found': return 404;
    case 'unacceptable': return 406;
    case 'expired': return 408;
    case 'conflict': return 409;
    case 'too-large': return 413;
    case 'unsupported': return 415;
    case 'unprocessable': return 422;
    case 'overloaded': return 429;
    case 'cancelled': return 499;
    case 'upstream': return 502;
    case 'unavailable': return 503;
    case 'upstream-timeout': return 504;
    default: return assertNever(kind);
  }
}
