import { identityOptionsSchema, KeyEndedError, Keys, MemoryKeyStore } from '@cortex/identity';
import fc from 'fast-check';
import { Access } from './access';
import { UnauthenticatedError } from './access.errors';
import { KeyRing } from './key-ring';
import { standingKey } from './standing-key';

/** What an operator does to the key at a position, modulo how many there are, or what the clock does. */
type Deed =
  | { readonly do: 'create'; readonly livesMs: number | undefined }
  | { readonly do: 'revoke'; readonly at: number }
  | { readonly do: 'rotate'; readonly at: number; readonly overlapMs: number }
  | { readonly do: 'jump'; readonly ms: number };

const at = fc.nat(20);
const spanMs = fc.integer({ min: 0, max: 1_000 });
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant('create' as const), livesMs: fc.option(fc.integer({ min: 1, max: 1_000 }), { nil: undefined }) }),
  fc.record({ do: fc.constant('revoke' as const), at }),
  fc.record({ do: fc.constant('rotate' as const), at, overlapMs: spanMs }),
  fc.record({ do: fc.constant('jump' as const), ms: fc.integer({ min: -1_500, max: 1_500 }) }),
);

/** The plainest account of keys: every one that was ever shown, what ends it, and whether it was seen to have ended. */
class Ledger {
  nowMs = 1_000_000;
  readonly owners: { readonly id: string; isRevoked: boolean; readonly endsAt: number; readonly shown: { readonly key: string; endsAt: number; hasEnded?: boolean }[] }[] = [];

  lets(key: string): boolean {
    const owner = this.owners.find(({ shown }) => shown.some((one) => one.key === key))!;
    const one = owner.shown.find((shown) => shown.key === key)!;
    one.hasEnded ||= this.nowMs >= owner.endsAt || this.nowMs >= one.endsAt;
    return !owner.isRevoked && !one.hasEnded;
  }

  get keys(): readonly string[] {
    return this.owners.flatMap(({ shown }) => shown.map(({ key }) => key));
  }
}

describe('KeyRing', () => {
  it('lets in exactly those whom a plain account of all keys lets in, whatever is done to them and however the clock jumps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 40 }), async (deeds) => {
        const ledger = new Ledger();
        const store = new MemoryKeyStore();
        const keys = new Keys(identityOptionsSchema.parse({ store, hasStandingAdmin: true }), () => ledger.nowMs);
        const ring = new KeyRing([standingKey('first', { tenant: 't', scopes: ['admin'], maxPriority: 'low', keyName: 'first' })]);
        await ring.follow(store, (error) => expect(error).toBeUndefined());
        const access = new Access({ auth: 'on', host: '::1', keys: ring, now: () => ledger.nowMs });
        for (const one of deeds) {
          await perform(one, keys, ledger);
          expect(ledger.keys.map((key) => lets(access, key))).toEqual(ledger.keys.map((key) => ledger.lets(key)));
        }
      }),
      { numRuns: 200 },
    );
  });
});

async function perform(deed: Deed, keys: Keys, ledger: Ledger): Promise<void> {
  if (deed.do === 'jump') {
    ledger.nowMs += deed.ms;
    return;
  }
  if (deed.do === 'create') {
    const endsAt = deed.livesMs && ledger.nowMs + deed.livesMs;
    const { key, listed } = await keys.create({ name: 'n', tenant: 't', scopes: ['infer'], maxPriority: 'low', quotas: [], expiresAt: endsAt }, 'spec');
    ledger.owners.push({ id: listed.id, isRevoked: false, endsAt: endsAt ?? Infinity, shown: [{ key, endsAt: Infinity }] });
    return;
  }
  const owner = ledger.owners[deed.at % Math.max(1, ledger.owners.length)];
  if (!owner) return;
  if (deed.do === 'revoke') {
    await keys.revoke(owner.id);
    owner.isRevoked = true;
  } else if (owner.isRevoked || owner.endsAt <= ledger.nowMs) {
    await expect(keys.rotate(owner.id, deed.overlapMs)).rejects.toThrow(KeyEndedError);
  } else {
    const { key } = await keys.rotate(owner.id, deed.overlapMs);
    for (const [age, one] of owner.shown.toReversed().entries()) one.endsAt = age === 0 && deed.overlapMs > 0 ? ledger.nowMs + deed.overlapMs : -Infinity;
    owner.shown.push({ key, endsAt: Infinity });
  }
}

function lets(access: Access, key: string): boolean {
  try {
    return access.authenticate({ 'x-api-key': key }).keyName === 'n';
  } catch (error) {
    if (error instanceof UnauthenticatedError) return false;
    throw error;
  }
}
