import type { Scope } from '@cortex/identity';
import { CortexError } from '@cortex/kernel';

/** Why nobody is behind a request. The caller learns of no difference between the last three, which would tell what was a key once. */
export type RefusalReason = 'missing' | 'unknown' | 'revoked' | 'expired';

/** No key was sent, or one that does not work here, for a reason that only metrics tell. It never carries what was sent. */
export class UnauthenticatedError extends CortexError {
  readonly code = 'ACCESS.UNAUTHENTICATED';
  readonly kind = 'unauthenticated';

  constructor(readonly reason: RefusalReason) {
    super(
      reason === 'missing'
        ? 'an API key is needed: send `Authorization: Bearer KEY` or `x-api-key: KEY`'
        : 'the API key is not known here',
    );
  }
}

/** The key is known, but may not do this. */
export class ForbiddenError extends CortexError {
  readonly code = 'ACCESS.FORBIDDEN';
  readonly kind = 'forbidden';

  constructor(readonly keyName: string, readonly missingScope: Scope) {
    super(`the key '${keyName}' lacks the scope '${missingScope}'`);
  }
}

/** The way in is configured so that it would be unsafe, or closed to everybody. Stops the start. */
export class AccessConfigurationError extends CortexError {
  readonly code = 'ACCESS.CONFIGURATION';
  readonly kind = 'invalid';
}

/** The key file cannot be trusted, read or made. Stops the start. */
export class KeyFileError extends CortexError {
  readonly code = 'ACCESS.KEY_FILE';
  readonly kind = 'invalid';

  constructor(readonly path: string, problem: string, options?: ErrorOptions) {
    super(`the key file '${path}' ${problem}`, options);
  }
}
