export { Access, type AccessSettings } from './lib/access';
export { AccessModule } from './lib/access.module';
export { openAccess, type AccessParts } from './lib/open-access';
export { accessOptionsSchema, type AccessOptions } from './lib/access.options';
export { AccessConfigurationError, ForbiddenError, KeyFileError, UnauthenticatedError, type RefusalReason } from './lib/access.errors';
export { KeyHolder, KeyRing } from './lib/key-ring';
export { standingKey, type StandingKey } from './lib/standing-key';
export { openKeyFile } from './lib/key-file';
export { isLoopback } from './lib/loopback';
