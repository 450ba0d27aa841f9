import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AccessConfigurationError, ForbiddenError, UnauthenticatedError } from './access.errors';
import { digestOf, type KeyRecord } from './key-record';
import { isLoopback } from './loopback';
import { grants, type Principal, type Scope } from './principal';

export interface AccessSettings {
  readonly auth: 'on' | 'off';
  /** The host that the listener binds to. */
  readonly host: string;
  /** Those who may come in; at least one unless `auth` is off. */
  readonly keys: readonly KeyRecord[];
}

/** Whoever comes in while authentication is off. The tenant is the first key's, so that data stays when it is turned on. */
const LOCAL: Principal = { tenant: 'default', scopes: ['admin'], maxPriority: 'critical', keyName: 'auth-off' };

/** Says who asks and whether they may. It knows digests only, so no dump of it holds a key. */
export class Access {
  /** Undefined while authentication is off. */
  readonly #keys: readonly KeyRecord[] | undefined;

  /** @throws AccessConfigurationError when off on a host that others reach, or on without any key */
  constructor({ auth, host, keys }: AccessSettings) {
    if (auth === 'off' && !isLoopback(host)) {
      throw new AccessConfigurationError(`authentication cannot be off on the host '${host}': only on a loopback one (127.0.0.0/8, ::1, localhost)`);
    }
    if (auth === 'on' && keys.length === 0) throw new AccessConfigurationError('authentication is on and there is no key');
    this.#keys = auth === 'on' ? keys : undefined;
  }

  /** `Authorization: Bearer KEY` or `x-api-key: KEY`. With auth off: the local principal. @throws UnauthenticatedError */
  authenticate(headers: IncomingHttpHeaders): Principal {
    if (!this.#keys) return LOCAL;

    const key = presentedKey(headers);
    if (key === undefined) throw new UnauthenticatedError('missing');
    const found = ownerOf(key, this.#keys);
    if (!found) throw new UnauthenticatedError('unknown');
    return found.principal;
  }

  /** @throws ForbiddenError naming the missing scope */
  authorize(principal: Principal, scope: Scope): void {
    if (!grants(principal, scope)) throw new ForbiddenError(principal.keyName, scope);
  }
}

/** Compares with every key and leaves no loop early, so that the time taken says nothing about any of them. */
function ownerOf(key: string, records: readonly KeyRecord[]): KeyRecord | undefined {
  const digest = digestOf(key);
  let found: KeyRecord | undefined;
  for (const record of records) {
    if (timingSafeEqual(record.digest, digest)) found = record;
  }
  return found;
}

/** Another scheme in `authorization` (a proxy's own, say) leaves the word to `x-api-key`. */
function presentedKey(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1];
  const plain = headers['x-api-key'];
  const key = bearer ?? (typeof plain === 'string' ? plain : undefined);
  return key?.trim() || undefined;
}
