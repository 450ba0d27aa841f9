/** Who a key stands for, and what it may do. */
export { SCOPES, grants, type Principal, type Scope } from './lib/principal';
/** Gives out keys and takes them back: create, list, revoke, rotate. */
export { DEFAULT_OVERLAP_MS, Keys, MAX_OVERLAP_MS, type KeyRequest } from './lib/keys';
export { type IssuedKey, type ListedKey } from './lib/listed-key';
/** A key as it is kept, and the schemas of its fields. */
export { keyNameSchema, keyRecordSchema, quotaSchema, quotasSchema, scopesSchema, stateOf, tenantSchema, type KeyRecord, type KeyState, type Quota } from './lib/key-record';
/** A key's quotas as budgets of its account. */
export { accountOf, budgetsOf } from './lib/account';
/** Making a key, and what is kept of it. */
export { KEY_PATTERN, digestOf, newKey, prefixOf } from './lib/key';
/** Port: where keys are kept; told of every change. */
export { KeyStore, type KeySnapshot, type KeyWatcher } from './lib/key-store.port';
/** Keys in this process; `@cortex/postgres` keeps them. */
export { MemoryKeyStore } from './lib/memory-key-store';
/** The refusals. */
export { InvalidKeyError, KeyConflictError, KeyEndedError, KeyNotFoundError, KeyStoreError, LastAdminError, TooManyKeysError } from './lib/identity.errors';
/** Options with their defaults, and the Nest face. */
export { identityOptionsSchema, type IdentityConfiguration, type IdentityOptions } from './lib/identity.options';
export { IdentityModule } from './lib/identity.module';
