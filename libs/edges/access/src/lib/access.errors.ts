import { CortexError } from '@cortex/kernel';
import type { Scope } from './principal';

/** No key was sent, or one that is not known here. It never carries what was sent. */
export class UnauthenticatedError extends CortexError {
  readonly code = 'ACCESS.UNAUTHENTICATED';
  readonly kind = 'unauthenticated';

  constructor(readonly reason: 'missing' | 'unknown') {
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
