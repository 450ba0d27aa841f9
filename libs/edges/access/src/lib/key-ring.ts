import { budgetsOf, digestOf, type KeyRecord, type KeySnapshot, type KeyStore, type Principal } from '@cortex/identity';
import type { StandingKey } from './standing-key';

/** Whom a key stands for, and whether it still does. */
export class KeyHolder {
  #hasEnded = false;

  /** @param endsAt milliseconds since the epoch; Infinity when it works until it is revoked */
  constructor(readonly principal: Principal, readonly isRevoked = false, private readonly endsAt = Infinity) {}

  /** Once it was seen to have ended it stays so, should the wall clock go back. */
  hasEnded(nowMs: number): boolean {
    return (this.#hasEnded ||= this.endsAt <= nowMs);
  }

  /** What was seen of the same key before still holds, unless somebody put its end off. */
  follow(before: KeyHolder | undefined): void {
    if (before && this.endsAt <= before.endsAt) this.#hasEnded = before.#hasEnded;
  }
}

/** Everybody who has, or had, a key: the standing ones, and those of a store as they are now. */
export class KeyRing implements Disposable {
  readonly #standing: readonly (readonly [string, KeyHolder])[];
  /** By the digest's hex; replaced whole when the store changes. */
  #holders: ReadonlyMap<string, KeyHolder>;
  #watch: Disposable | undefined;

  constructor(standing: readonly StandingKey[]) {
    this.#standing = standing.map(({ sha256, principal }) => [sha256, new KeyHolder(principal)]);
    this.#holders = new Map(this.#standing);
  }

  get size(): number {
    return this.#holders.size;
  }

  /** Takes in the keys of a store and every later change of them. @throws KeyStoreError when they cannot be read now */
  async follow(store: KeyStore, warn: (error: unknown) => void): Promise<void> {
    this.#replace(await store.read());
    this.#watch = store.watch({ changed: (keys) => this.#replace(keys), failed: warn });
  }

  /** Undefined when nobody ever had this key, as far as is known. */
  find(key: string): KeyHolder | undefined {
    return this.#holders.get(digestOf(key));
  }

  [Symbol.dispose](): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
  }

  #replace({ records }: KeySnapshot): void {
    const holders = new Map([...records.flatMap(holdersOf), ...this.#standing]);
    for (const [sha256, holder] of holders) holder.follow(this.#holders.get(sha256));
    this.#holders = holders;
  }
}

function holdersOf(record: KeyRecord): (readonly [string, KeyHolder])[] {
  const { expiresAt = Infinity, revokedAt } = record;
  const principal = principalOf(record);
  return record.digests.map(({ sha256, endsAt = Infinity }) => [sha256, new KeyHolder(principal, revokedAt !== undefined, Math.min(endsAt, expiresAt))]);
}

function principalOf(record: KeyRecord): Principal {
  const { name, tenant, scopes, maxPriority } = record;
  const budgets = budgetsOf(record);
  return { tenant, scopes, maxPriority, keyName: name, ...(budgets.length > 0 && { budgets }) };
}
