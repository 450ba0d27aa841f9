import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { Keys, MemoryKeyStore, identityOptionsSchema, type Principal, type Scope } from '@cortex/identity';
import { SilentTelemetry, type Labels, type Metric } from '@cortex/kernel';
import fc from 'fast-check';
import { Access } from './access';
import { AccessConfigurationError, ForbiddenError, UnauthenticatedError } from './access.errors';
import { KeyRing } from './key-ring';
import { standingKey } from './standing-key';

const KEY = 'ctx_0123456789abcdef0123456789abcdef';
const OTHER = 'ctx_of-another-tenant';
const principal = (keyName: string, ...scopes: Scope[]): Principal => ({ tenant: `tenant-of-${keyName}`, scopes, maxPriority: 'high', keyName });
const admin = principal('root', 'admin');
const reader = principal('reader', 'infer');
const guarded = () => new Access({ auth: 'on', host: '0.0.0.0', keys: new KeyRing([standingKey(KEY, admin), standingKey(OTHER, reader)]) });
const nobody = new KeyRing([]);

describe('Access', () => {
  describe('constructor', () => {
    it.each(['127.0.0.1', '::1', 'localhost'])('lets authentication be off on %p', (host) => {
      expect(new Access({ auth: 'off', host, keys: nobody }).authenticate({})).toMatchObject({ keyName: 'auth-off', scopes: ['admin'] });
    });

    it.each(['0.0.0.0', '::', '10.0.0.1', 'example.org', ''])('refuses authentication off on %p', (host) => {
      expect(() => new Access({ auth: 'off', host, keys: nobody })).toThrow(AccessConfigurationError);
    });

    it('refuses to be on with no key, which would lock everybody out', () => {
      expect(() => new Access({ auth: 'on', host: '127.0.0.1', keys: nobody })).toThrow(AccessConfigurationError);
    });
  });

  describe('authenticate', () => {
    it.each([
      ['a bearer key', { authorization: `Bearer ${KEY}` }],
      ['any case of the scheme', { authorization: `bEaReR   ${KEY} ` }],
      ['x-api-key', { 'x-api-key': KEY }],
      ['x-api-key beside another scheme', { authorization: 'Basic dXNlcjpwYXNz', 'x-api-key': KEY }],
    ])('takes %s', (_, headers) => {
      expect(guarded().authenticate(headers)).toBe(admin);
    });

    it('tells each key its own principal', () => {
      expect(guarded().authenticate({ 'x-api-key': OTHER })).toBe(reader);
    });

    it.each([
      ['no header', {}],
      ['an empty header', { authorization: '' }],
      ['a scheme without a key', { authorization: 'Bearer ' }],
      ['another scheme', { authorization: `Basic ${KEY}` }],
      ['an empty x-api-key', { 'x-api-key': ' ' }],
      ['a repeated x-api-key', { 'x-api-key': [KEY, KEY] }],
      ['a key without its scheme', { authorization: KEY }],
    ])('calls %s missing', (_, headers) => {
      expect(refusalOf(headers)).toMatchObject({ reason: 'missing', code: 'ACCESS.UNAUTHENTICATED', kind: 'unauthenticated' });
    });

    it.each([
      ['a prefix', KEY.slice(0, -1)],
      ['a longer one', `${KEY}0`],
      ['another case', KEY.toUpperCase()],
      ['the digest itself', createHash('sha256').update(KEY).digest('hex')],
    ])('calls %s of the key unknown', (_, key) => {
      expect(refusalOf({ 'x-api-key': key })).toMatchObject({ reason: 'unknown' });
    });

    it('does not fall back to x-api-key when the bearer key is wrong', () => {
      expect(refusalOf({ authorization: 'Bearer wrong', 'x-api-key': KEY })).toMatchObject({ reason: 'unknown' });
    });

    it('lets nobody in by any other key, and never says what was sent', () => {
      const marked = fc.string({ minLength: 1 }).map((text) => `sent:${text}`);
      fc.assert(
        fc.property(marked, (key) => {
          const refusal = refusalOf({ authorization: `Bearer ${key}` });
          return refusal instanceof UnauthenticatedError && !`${refusal.message}${inspect(refusal)}${JSON.stringify(refusal)}`.includes('sent:');
        }),
      );
    });
  });

  describe('keys of a store', () => {
    const wish = { name: 'ci', tenant: 'acme', scopes: ['infer' as const], maxPriority: 'high' as const, quotas: [{ resource: 'requests' as const, limit: 3, windowMs: 60_000 }] };

    async function following() {
      const time = { nowMs: 1_700_000_000_000 };
      const store = new MemoryKeyStore();
      const keys = new Keys(identityOptionsSchema.parse({ store }), () => time.nowMs);
      const ring = new KeyRing([standingKey(KEY, admin)]);
      await ring.follow(store, (error) => expect(error).toBeUndefined());
      const telemetry = new CountingTelemetry();
      const access = new Access({ auth: 'on', host: '127.0.0.1', keys: ring, telemetry, now: () => time.nowMs });
      return { time, store, keys, telemetry, access, reasonFor: (key: string) => reasonOf(access, key) };
    }

    it('let their holder in from the moment they are made, with their budgets', async () => {
      const { keys, access } = await following();
      const { key, listed } = await keys.create(wish, 'bootstrap');
      const found = access.authenticate({ 'x-api-key': key });
      expect(found).toEqual({ tenant: 'acme', scopes: ['infer'], maxPriority: 'high', keyName: 'ci', budgets: [{ account: `key:${listed.id}`, resource: 'requests', limit: 3, windowMs: 60_000 }] });
      expect(access.authenticate({ 'x-api-key': key })).toBe(found);
    });

    it('never stand in for the first key', async () => {
      const { keys, access } = await following();
      await keys.create(wish, 'bootstrap');
      expect(access.authenticate({ 'x-api-key': KEY })).toBe(admin);
    });

    it('end with their revocation at once, however the clock jumps', async () => {
      const { keys, time, reasonFor } = await following();
      const { key, listed } = await keys.create({ ...wish, expiresAt: time.nowMs + 1_000 }, 'bootstrap');
      await keys.revoke(listed.id);
      for (const jump of [0, -1e12, 2e12]) {
        time.nowMs += jump;
        expect(reasonFor(key)).toBe('revoked');
      }
    });

    it('end when they expire', async () => {
      const { keys, time, reasonFor } = await following();
      const { key } = await keys.create({ ...wish, expiresAt: time.nowMs + 1_000 }, 'bootstrap');
      time.nowMs += 999;
      expect(reasonFor(key)).toBe('none');
      time.nowMs += 1;
      expect(reasonFor(key)).toBe('expired');
    });

    it('stay expired once they were seen to be, whatever the clock and other keys do, until their end is put off', async () => {
      const { keys, store, time, reasonFor } = await following();
      const { key, listed } = await keys.create({ ...wish, expiresAt: time.nowMs + 1_000 }, 'bootstrap');
      time.nowMs += 1_000;
      expect(reasonFor(key)).toBe('expired');
      time.nowMs -= 1_000;
      await keys.create(wish, 'bootstrap');
      expect(reasonFor(key)).toBe('expired');
      const { records, revision } = await store.read();
      await store.store({ ...records.find(({ id }) => id === listed.id)!, expiresAt: time.nowMs + 2_000 }, revision);
      expect(reasonFor(key)).toBe('none');
    });

    it('work beside their successor until the overlap ends', async () => {
      const { keys, time, access, reasonFor } = await following();
      const { key: old, listed } = await keys.create(wish, 'bootstrap');
      const { key } = await keys.rotate(listed.id, 1_000);
      expect(access.authenticate({ 'x-api-key': old })).toBe(access.authenticate({ 'x-api-key': key }));
      time.nowMs += 1_000;
      expect([reasonFor(old), reasonFor(key)]).toEqual(['expired', 'none']);
    });

    it('tell the caller nothing about a key that once was, and metrics which reason it had', async () => {
      const { keys, telemetry, access } = await following();
      const { key, listed } = await keys.create(wish, 'bootstrap');
      await keys.revoke(listed.id);
      const [revoked, unknown] = [key, 'never'].map((sent) => refusalBy(access, { 'x-api-key': sent }));
      expect(revoked).toMatchObject({ code: (unknown as UnauthenticatedError).code, message: (unknown as Error).message });
      expect(telemetry.counts).toEqual({ revoked: 1, unknown: 1 });
    });

    it('are followed no longer once the module goes', async () => {
      const { keys, access, reasonFor } = await following();
      access.onModuleDestroy();
      expect(reasonFor((await keys.create(wish, 'bootstrap')).key)).toBe('unknown');
    });
  });

  describe('authorize', () => {
    it('lets pass what the scopes include', () => {
      expect(() => guarded().authorize(admin, 'infer')).not.toThrow();
    });

    it('names the missing scope', () => {
      const refused = () => guarded().authorize(reader, 'manage');
      expect(refused).toThrow(ForbiddenError);
      expect(refused).toThrow("the key 'reader' lacks the scope 'manage'");
    });
  });

  it('shows neither key nor digest to whoever prints it', () => {
    const access = guarded();
    const shown = inspect(access, { depth: null, showHidden: true }) + JSON.stringify(access);
    const digest = createHash('sha256').update(KEY).digest('hex');
    expect(shown).not.toContain(KEY);
    expect(shown).not.toContain(digest.slice(0, 8));
    expect(shown).not.toContain('digest');
  });
});

/** Counts by reason. */
class CountingTelemetry extends SilentTelemetry {
  readonly counts: Record<string, number> = {};

  override counter<L extends string>(_metric?: Metric<L>, labels?: Labels<L>): () => void {
    const { reason = '' } = (labels ?? {}) as Record<string, string>;
    return () => void (this.counts[reason] = (this.counts[reason] ?? 0) + 1);
  }
}

function refusalOf(headers: Parameters<Access['authenticate']>[0]): unknown {
  return refusalBy(guarded(), headers);
}

function refusalBy(access: Access, headers: Parameters<Access['authenticate']>[0]): unknown {
  try {
    return access.authenticate(headers);
  } catch (error) {
    return error;
  }
}

function reasonOf(access: Access, key: string): string {
  const outcome = refusalBy(access, { 'x-api-key': key });
  return outcome instanceof UnauthenticatedError ? outcome.reason : 'none';
}
