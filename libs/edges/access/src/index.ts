export { Access, type AccessSettings } from './lib/access';
export { AccessModule } from './lib/access.module';
export { openAccess } from './lib/open-access';
export { accessOptionsSchema, type AccessOptions } from './lib/access.options';
export { AccessConfigurationError, ForbiddenError, KeyFileError, UnauthenticatedError } from './lib/access.errors';
export { keyRecord, type KeyRecord } from './lib/key-record';
export { openKeyFile } from './lib/key-file';
export { isLoopback } from './lib/loopback';
export { SCOPES, grants, type Principal, type Scope } from './lib/principal';
