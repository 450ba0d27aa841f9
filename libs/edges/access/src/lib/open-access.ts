import { Access } from './access';
import { AccessConfigurationError } from './access.errors';
import { accessOptionsSchema, type AccessOptions } from './access.options';
import { openKeyFile } from './key-file';
import { keyRecord, type KeyRecord } from './key-record';
import type { Principal } from './principal';

const FIRST_ADMIN: Principal = { tenant: 'default', scopes: ['admin'], maxPriority: 'critical', keyName: 'bootstrap' };

/**
 * Access as the options say: the given key, or the one in the key file, which is made at the first start.
 * @throws AccessConfigurationError, KeyFileError
 */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const parsed = accessOptionsSchema.safeParse(options);
  if (!parsed.success) throw new AccessConfigurationError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));

  const { auth, host, apiKey, keyFile } = parsed.data;
  return new Access({ auth, host, keys: auth === 'on' ? [await firstKey(apiKey, keyFile)] : [] });
}

async function firstKey(apiKey: string | undefined, keyFile: string | undefined): Promise<KeyRecord> {
  if (apiKey !== undefined) return keyRecord(apiKey, FIRST_ADMIN);
  if (keyFile === undefined) throw new AccessConfigurationError('authentication is on: give a key, or a file to keep a generated one in');
  return keyRecord(await openKeyFile(keyFile), FIRST_ADMIN);
}
