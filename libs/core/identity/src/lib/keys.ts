import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { IdentityOptions } from './identity.options';
import { InvalidKeyError, KeyConflictError, KeyEndedError, KeyNotFoundError, LastAdminError, TooManyKeysError } from './identity.errors';
import { digestOf, newKey, prefixOf } from './key';
import { keyRecordSchema, stateOf, type KeyRecord } from './key-record';
import type { KeySnapshot, KeyStore } from './key-store.port';
import { listedKey, type IssuedKey, type ListedKey } from './listed-key';

/** What a key shall be allowed. */
export type KeyRequest = Pick<KeyRecord, 'name' | 'tenant' | 'scopes' | 'maxPriority' | 'quotas' | 'expiresAt'>;

/** How long a rotated key goes on working: a day, so that every client can be given the new one. */
export const DEFAULT_OVERLAP_MS = 24 * 3_600_000;
/** The longest overlap that is accepted: 30 days. */
export const MAX_OVERLAP_MS = 30 * DEFAULT_OVERLAP_MS;

/** How often a change is tried when others change the keys at the same time, and the longest pause before the next time. */
const TRIES = 20;
const PAUSE_MS = 20;

/** Gives out keys and takes them back. A key is returned once, when it is made; nothing here can show it again. */
export class Keys {
  readonly #store: KeyStore;

  /** `now` is the wall clock, in milliseconds since the epoch: keys outlive the process that made them. */
  constructor(private readonly options: IdentityOptions, private readonly now: () => number = Date.now) {
    this.#store = options.store;
  }

  /** Where they are kept, to follow what becomes of them. */
  get store(): KeyStore {
    return this.#store;
  }

  /** @throws InvalidKeyError, TooManyKeysError, KeyStoreError */
  async create(request: KeyRequest, createdBy: string): Promise<IssuedKey> {
    const key = newKey();
    const record = this.#checked({ ...request, id: randomBytes(8).toString('hex'), createdAt: this.now(), createdBy, digests: [{ sha256: digestOf(key) }], prefix: prefixOf(key) });
    if (record.expiresAt !== undefined && record.expiresAt <= record.createdAt) throw new InvalidKeyError('expiresAt', 'is not in the future');
    await retried(async () => {
      const { revision } = await this.#withRoom();
      await this.#store.store(record, revision);
    });
    return { key, listed: listedKey(record, this.now()) };
  }

  /** The oldest first, ended ones included. */
  async list(): Promise<readonly ListedKey[]> {
    const { records } = await this.#store.read();
    return records.map((record) => listedKey(record, this.now()));
  }

  /** @throws KeyNotFoundError */
  async get(id: string): Promise<ListedKey> {
    return listedKey(recordOf(await this.#store.read(), id), this.now());
  }

  /** Ends a key for ever; a second time changes nothing. @throws KeyNotFoundError, LastAdminError */
  async revoke(id: string): Promise<ListedKey> {
    const revoked = await this.#change(id, (record, others) => {
      if (record.revokedAt !== undefined) return record;
      this.#refuseIfLastAdmin(record, others);
      return { ...record, revokedAt: this.now() };
    });
    return listedKey(revoked, this.now());
  }

  /**
   * A new key in place of the one with this id, which goes on working for `overlapMs`; one that an earlier rotation left
   * over ends at once. Name, quotas and what was used of them stay. @throws KeyNotFoundError, KeyEndedError, InvalidKeyError
   */
  async rotate(id: string, overlapMs = DEFAULT_OVERLAP_MS): Promise<IssuedKey> {
    if (!(overlapMs >= 0 && overlapMs <= MAX_OVERLAP_MS)) throw new InvalidKeyError('overlapMs', `expected 0 to ${MAX_OVERLAP_MS}, got ${overlapMs}`);
    const key = newKey();
    const rotated = await this.#change(id, (record) => this.#rotated(record, key, overlapMs));
    return { key, listed: listedKey(rotated, this.now()) };
  }

  #rotated(record: KeyRecord, key: string, overlapMs: number): KeyRecord {
    const state = stateOf(record, this.now());
    if (state !== 'active') throw new KeyEndedError(record.name, state);
    const previous = { sha256: record.digests[0]!.sha256, endsAt: this.now() + Math.round(overlapMs) };
    const digests = [{ sha256: digestOf(key) }, ...(overlapMs > 0 ? [previous] : [])];
    return { ...record, digests, prefix: prefixOf(key), rotatedFrom: record.prefix };
  }

  /** Stores what `next` makes of the record, unless it is the same. */
  #change(id: string, next: (record: KeyRecord, others: readonly KeyRecord[]) => KeyRecord): Promise<KeyRecord> {
    return retried(async () => {
      const keys = await this.#store.read();
      const record = recordOf(keys, id);
      const changed = next(record, keys.records.filter((other) => other !== record));
      if (changed !== record) await this.#store.store(changed, keys.revision);
      return changed;
    });
  }

  /** The keys, with room for one more. */
  async #withRoom(): Promise<KeySnapshot> {
    const keys = await this.#store.read();
    if (keys.records.length < this.options.maxKeys) return keys;
    const ended = keys.records.filter((record) => stateOf(record, this.now()) !== 'active').sort((a, b) => endOf(a) - endOf(b))[0];
    if (!ended) throw new TooManyKeysError(this.options.maxKeys);
    return this.#store.remove(ended.id, keys.revision);
  }

  #refuseIfLastAdmin(record: KeyRecord, others: readonly KeyRecord[]): void {
    const isAdmin = (one: KeyRecord) => one.scopes.includes('admin') && stateOf(one, this.now()) === 'active';
    if (!this.options.hasStandingAdmin && isAdmin(record) && !others.some(isAdmin)) throw new LastAdminError(record.name);
  }

  #checked(record: KeyRecord): KeyRecord {
    const { error, data } = keyRecordSchema.safeParse(record);
    if (data) return data;
    const [issue] = error.issues;
    throw new InvalidKeyError(issue!.path.join('.'), issue!.message);
  }
}

function recordOf({ records }: KeySnapshot, id: string): KeyRecord {
  const record = records.find((one) => one.id === id);
  if (!record) throw new KeyNotFoundError();
  return record;
}

function endOf({ revokedAt = Infinity, expiresAt = Infinity }: KeyRecord): number {
  return Math.min(revokedAt, expiresAt);
}

/** Does it again from the start when somebody else was faster. */
async function retried<T>(change: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof KeyConflictError) || tries === TRIES) throw error;
    }
    await wait(Math.random() * PAUSE_MS);
  }
}
