import { CortexError } from '@cortex/kernel';

/** No key has this id. What was asked for is not repeated: it may be a key. */
export class KeyNotFoundError extends CortexError {
  readonly code = 'IDENTITY.KEY_NOT_FOUND';
  readonly kind = 'not-found';

  constructor() {
    super('no key has this id; the list of keys shows those that exist');
  }
}

/** The wish cannot be granted as it is; the message names the field and what is accepted. */
export class InvalidKeyError extends CortexError {
  readonly code = 'IDENTITY.INVALID_KEY';
  readonly kind = 'invalid';

  constructor(override readonly field: string, problem: string) {
    super(`${field}: ${problem}`);
  }
}

/** A revoked or expired key cannot be rotated: make a new one. */
export class KeyEndedError extends CortexError {
  readonly code = 'IDENTITY.KEY_ENDED';
  readonly kind = 'conflict';

  constructor(readonly keyName: string, readonly state: 'revoked' | 'expired') {
    super(`the key '${keyName}' is ${state}, only an active one can be rotated`);
  }
}

/** Without this key nobody could manage keys any more. */
export class LastAdminError extends CortexError {
  readonly code = 'IDENTITY.LAST_ADMIN';
  readonly kind = 'conflict';

  constructor(readonly keyName: string) {
    super(`the key '${keyName}' is the last one with the scope 'admin': make another first`);
  }
}

/** As many keys as there may be, none of them ended. */
export class TooManyKeysError extends CortexError {
  readonly code = 'IDENTITY.TOO_MANY_KEYS';
  readonly kind = 'conflict';

  constructor(readonly limit: number) {
    super(`there are ${limit} active keys, which is the limit: revoke one first`);
  }
}

/** Somebody else changed the keys since they were read. */
export class KeyConflictError extends CortexError {
  readonly code = 'IDENTITY.CONFLICT';
  readonly kind = 'conflict';

  constructor(readonly expectedRevision: number, readonly revision: number) {
    super(`the keys are at revision ${revision}, the change was made for revision ${expectedRevision}`);
  }
}

/** The keys cannot be read or written. It names the file without its folder, as it may reach a caller. */
export class KeyStoreError extends CortexError {
  readonly code = 'IDENTITY.KEY_STORE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;
}
