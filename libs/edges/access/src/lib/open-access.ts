import type { KeyStore, Principal } from '@cortex/identity';
import { codeOf, type Telemetry } from '@cortex/kernel';
import { Logger } from '@nestjs/common';
import { Access } from './access';
import { AccessConfigurationError } from './access.errors';
import { accessOptionsSchema, type AccessOptions } from './access.options';
import { openKeyFile } from './key-file';
import { KeyRing } from './key-ring';
import { standingKey, type StandingKey } from './standing-key';

const FIRST_ADMIN: Principal = { tenant: 'default', scopes: ['admin'], maxPriority: 'critical', keyName: 'bootstrap' };

export interface AccessParts {
  /** More keys than the first one. */
  readonly store?: KeyStore;
  readonly telemetry?: Telemetry;
}

/**
 * Access as the options say: the given key, or the one in the key file, which is made at the first start, and those of the
 * store. @throws AccessConfigurationError, KeyFileError, KeyStoreError
 */
export async function openAccess(options: AccessOptions, { store, telemetry }: AccessParts = {}): Promise<Access> {
  const parsed = accessOptionsSchema.safeParse(options);
  if (!parsed.success) throw new AccessConfigurationError(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));

  const { auth, host, apiKey, keyFile } = parsed.data;
  if (auth === 'off') return new Access({ auth, host, keys: new KeyRing([]) });
  const keys = new KeyRing([await firstKey(apiKey, keyFile)]);
  if (store) await keys.follow(store, warn);
  return new Access({ auth, host, keys, telemetry });
}

async function firstKey(apiKey: string | undefined, keyFile: string | undefined): Promise<StandingKey> {
  if (apiKey !== undefined) return standingKey(apiKey, FIRST_ADMIN);
  if (keyFile === undefined) throw new AccessConfigurationError('authentication is on: give a key, or a file to keep a generated one in');
  return standingKey(await openKeyFile(keyFile), FIRST_ADMIN);
}

function warn(error: unknown): void {
  new Logger(Access.name).warn(`keys go on as they were last known (${codeOf(error)}): ${error instanceof Error ? error.message : String(error)}`);
}
