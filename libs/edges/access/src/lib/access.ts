import type { IncomingHttpHeaders } from 'node:http';
import { grants, type Principal, type Scope } from '@cortex/identity';
import { SilentTelemetry, type Metric, type Telemetry } from '@cortex/kernel';
import type { OnModuleDestroy } from '@nestjs/common';
import { AccessConfigurationError, ForbiddenError, UnauthenticatedError, type RefusalReason } from './access.errors';
import type { KeyRing } from './key-ring';
import { isLoopback } from './loopback';

export interface AccessSettings {
  readonly auth: 'on' | 'off';
  /** The host that the listener binds to. */
  readonly host: string;
  /** Those who may come in; at least one unless `auth` is off. */
  readonly keys: KeyRing;
  /** Where refusals are counted. Default nowhere. */
  readonly telemetry?: Telemetry;
  /** The wall clock, in milliseconds since the epoch: what keys expire by. Default the machine's. */
  readonly now?: () => number;
}

const REFUSALS: Metric<'reason'> = { name: 'cortex_access_refusals_total', help: 'Requests without a key that is valid', labels: ['reason'] };

/** Whoever comes in while authentication is off. The tenant is the first key's, so that data stays when it is turned on. */
const LOCAL: Principal = { tenant: 'default', scopes: ['admin'], maxPriority: 'critical', keyName: 'auth-off' };

/** Says who asks and whether they may. It knows digests only, so no dump of it holds a key. */
export class Access implements OnModuleDestroy {
  /** Undefined while authentication is off. */
  readonly #keys: KeyRing | undefined;
  readonly #now: () => number;
  readonly #refused: Readonly<Record<RefusalReason, () => void>>;

  /** @throws AccessConfigurationError when off on a host that others reach, or on without any key */
  constructor({ auth, host, keys, telemetry = new SilentTelemetry(), now = Date.now }: AccessSettings) {
    if (auth === 'off' && !isLoopback(host)) {
      throw new AccessConfigurationError(`authentication cannot be off on the host '${host}': only on a loopback one (127.0.0.0/8, ::1, localhost)`);
    }
    if (auth === 'on' && keys.size === 0) throw new AccessConfigurationError('authentication is on and there is no key');
    this.#keys = auth === 'on' ? keys : undefined;
    this.#now = now;
    const counter = (reason: RefusalReason) => telemetry.counter(REFUSALS, { reason });
    this.#refused = { missing: counter('missing'), unknown: counter('unknown'), revoked: counter('revoked'), expired: counter('expired') };
  }

  /** `Authorization: Bearer KEY` or `x-api-key: KEY`. With auth off: the local principal. @throws UnauthenticatedError */
  authenticate(headers: IncomingHttpHeaders): Principal {
    if (!this.#keys) return LOCAL;

    const key = presentedKey(headers);
    if (key === undefined) return this.#refuse('missing');
    const holder = this.#keys.find(key);
    if (!holder) return this.#refuse('unknown');
    if (holder.isRevoked) return this.#refuse('revoked');
    if (holder.hasEnded(this.#now())) return this.#refuse('expired');
    return holder.principal;
  }

  /** @throws ForbiddenError naming the missing scope */
  authorize(principal: Principal, scope: Scope): void {
    if (!grants(principal, scope)) throw new ForbiddenError(principal.keyName, scope);
  }

  /** Stops following the store of its keys. */
  onModuleDestroy(): void {
    this.#keys?.[Symbol.dispose]();
  }

  #refuse(reason: RefusalReason): never {
    this.#refused[reason]();
    throw new UnauthenticatedError(reason);
  }
}

/** Another scheme in `authorization` (a proxy's own, say) leaves the word to `x-api-key`. */
function presentedKey(headers: IncomingHttpHeaders): string | undefined {
  const bearer = /^bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1];
  const plain = headers['x-api-key'];
  const key = bearer ?? (typeof plain === 'string' ? plain : undefined);
  return key?.trim() || undefined;
}
