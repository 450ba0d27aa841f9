import { inspect } from 'node:util';
import { InvalidKeyError, KeyEndedError, KeyNotFoundError, LastAdminError, TooManyKeysError } from './identity.errors';
import { identityOptionsSchema, type IdentityConfiguration } from './identity.options';
import { digestOf } from './key';
import { DEFAULT_OVERLAP_MS, Keys, MAX_OVERLAP_MS, type KeyRequest } from './keys';
import { MemoryKeyStore } from './memory-key-store';

const wish: KeyRequest = { name: 'ci', tenant: 'acme', scopes: ['infer'], maxPriority: 'medium', quotas: [{ resource: 'requests', limit: 3, windowMs: 60_000 }] };
const admin: KeyRequest = { ...wish, name: 'root', scopes: ['admin'] };
const HOUR = 3_600_000;

function issuing(options: IdentityConfiguration = {}) {
  const time = { nowMs: 1_700_000_000_000 };
  const store = new MemoryKeyStore();
  const keys = new Keys(identityOptionsSchema.parse({ store, ...options }), () => time.nowMs);
  return { keys, store, time };
}

describe('Keys', () => {
  describe('create', () => {
    it('gives a key of 256 random bits once, and keeps its digest alone', async () => {
      const { keys, store } = issuing();
      const { key, listed } = await keys.create(wish, 'bootstrap');
      const kept = await store.read();
      expect(key).toMatch(/^ctx_[A-Za-z0-9_-]{43}$/);
      expect(listed).toEqual({ ...wish, id: expect.stringMatching(/^[0-9a-f]{16}$/) as string, createdAt: 1_700_000_000_000, createdBy: 'bootstrap', prefix: key.slice(0, 8), state: 'active' });
      expect(kept.records[0]!.digests).toEqual([{ sha256: digestOf(key) }]);
      expect(inspect(kept, { depth: null })).not.toContain(key.slice(8));
    });

    it('gives as many different keys as are asked for at once', async () => {
      const { keys } = issuing();
      const issued = await Promise.all(Array.from({ length: 12 }, () => keys.create(wish, 'bootstrap')));
      expect(new Set(issued.map(({ key }) => key)).size).toBe(12);
      expect(await keys.list()).toHaveLength(12);
    });

    it.each([
      ['name', { name: '' }], ['name', { name: 'x'.repeat(65) }], ['name', { name: 'two\nlines' }], ['name', { name: ' padded' }], ['name', { name: 'turned\u202e' }],
      ['tenant', { tenant: '../x' }], ['tenant', { tenant: 'system' }], ['scopes', { scopes: [] }],
      ['quotas', { quotas: [{ resource: 'tokens', limit: 1, windowMs: 1_000 }, { resource: 'tokens', limit: 2, windowMs: 1_000 }] }],
      ['quotas.0.limit', { quotas: [{ resource: 'tokens', limit: 0, windowMs: 1_000 }] }], ['expiresAt', { expiresAt: 1_700_000_000_000 }],
    ] satisfies [string, Partial<KeyRequest>][])('refuses a bad %s: %j', async (field, bad) => {
      const { keys, store } = issuing();
      await expect(keys.create({ ...wish, ...bad }, 'bootstrap')).rejects.toMatchObject({ constructor: InvalidKeyError, field });
      expect((await store.read()).records).toEqual([]);
    });

    it.each(['ci', 'Käthe (Büro) №1', 'x'.repeat(64), '日本'])('takes the name %p', async (name) => {
      expect((await issuing().keys.create({ ...wish, name }, 'bootstrap')).listed.name).toBe(name);
    });

    it('forgets the key that ended longest ago when there is no room, and refuses when none has ended', async () => {
      const { keys, time } = issuing({ maxKeys: 3 });
      const first = await keys.create(wish, 'bootstrap');
      const second = await keys.create({ ...wish, expiresAt: time.nowMs + HOUR }, 'bootstrap');
      await keys.create(wish, 'bootstrap');
      await expect(keys.create(wish, 'bootstrap')).rejects.toThrow(TooManyKeysError);
      time.nowMs += 2 * HOUR;
      await keys.revoke(first.listed.id);
      await keys.create(wish, 'bootstrap');
      expect((await keys.list()).map(({ id }) => id)).not.toContain(second.listed.id);
      expect((await keys.list()).map(({ id }) => id)).toContain(first.listed.id);
    });
  });

  describe('list and get', () => {
    it('show neither key nor digest', async () => {
      const { keys } = issuing();
      const { key, listed } = await keys.create(wish, 'bootstrap');
      for (const shown of [await keys.list(), await keys.get(listed.id)]) {
        expect(JSON.stringify(shown)).not.toMatch(new RegExp(`${key.slice(8)}|${digestOf(key)}|digest`));
      }
    });

    it('say when a key has expired', async () => {
      const { keys, time } = issuing();
      const { listed } = await keys.create({ ...wish, expiresAt: time.nowMs + HOUR }, 'bootstrap');
      time.nowMs += HOUR - 1;
      expect((await keys.get(listed.id)).state).toBe('active');
      time.nowMs += 1;
      expect((await keys.get(listed.id)).state).toBe('expired');
    });

    it('do not repeat an id that nobody has: it may be a key', async () => {
      await expect(issuing().keys.get('ctx_secret')).rejects.toThrow(KeyNotFoundError);
      await expect(issuing().keys.get('ctx_secret')).rejects.not.toThrow(/ctx_secret/);
    });
  });

  describe('revoke', () => {
    it('ends a key for ever, however the clock jumps', async () => {
      const { keys, time } = issuing();
      const { listed } = await keys.create({ ...wish, expiresAt: time.nowMs + HOUR }, 'bootstrap');
      await keys.revoke(listed.id);
      for (const jump of [-1e12, 2e12, -HOUR]) {
        time.nowMs += jump;
        expect((await keys.get(listed.id)).state).toBe('revoked');
      }
    });

    it('keeps the first time when it is done again', async () => {
      const { keys, time } = issuing();
      const { listed } = await keys.create(wish, 'bootstrap');
      const { revokedAt } = await keys.revoke(listed.id);
      time.nowMs += HOUR;
      expect(await keys.revoke(listed.id)).toMatchObject({ revokedAt, state: 'revoked' });
    });

    it('keeps the last admin, also when two are revoked at once', async () => {
      const { keys } = issuing();
      const issued = await Promise.all([keys.create(admin, 'bootstrap'), keys.create(admin, 'bootstrap')]);
      const outcomes = await Promise.allSettled(issued.map(({ listed }) => keys.revoke(listed.id)));
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(LastAdminError) as Error });
    });

    it('counts no admin that has ended', async () => {
      const { keys, time } = issuing();
      const { listed } = await keys.create(admin, 'bootstrap');
      await keys.create({ ...admin, expiresAt: time.nowMs + 1 }, 'bootstrap');
      time.nowMs += 1;
      await expect(keys.revoke(listed.id)).rejects.toThrow(LastAdminError);
    });

    it('lets any admin go where another stands outside the store', async () => {
      const { keys } = issuing({ hasStandingAdmin: true });
      const { listed } = await keys.create(admin, 'bootstrap');
      expect((await keys.revoke(listed.id)).state).toBe('revoked');
    });
  });

  describe('rotate', () => {
    it('gives a new key under the same id, and lets the old one work for a day', async () => {
      const { keys, store, time } = issuing();
      const { key: old, listed } = await keys.create(wish, 'bootstrap');
      const { key, listed: rotated } = await keys.rotate(listed.id);
      expect(key).not.toBe(old);
      expect(rotated).toEqual({ ...listed, prefix: key.slice(0, 8), rotatedFrom: listed.prefix, previousEndsAt: time.nowMs + DEFAULT_OVERLAP_MS });
      expect((await store.read()).records[0]!.digests).toEqual([{ sha256: digestOf(key) }, { sha256: digestOf(old), endsAt: time.nowMs + DEFAULT_OVERLAP_MS }]);
      time.nowMs += DEFAULT_OVERLAP_MS;
      expect(await keys.get(listed.id)).not.toHaveProperty('previousEndsAt');
    });

    it('ends the old key at once where there is no overlap', async () => {
      const { keys, store } = issuing();
      const { listed } = await keys.create(wish, 'bootstrap');
      const { key } = await keys.rotate(listed.id, 0);
      expect((await store.read()).records[0]!.digests).toEqual([{ sha256: digestOf(key) }]);
    });

    it('leaves at most the key before the last', async () => {
      const { keys, store } = issuing();
      const { listed } = await keys.create(wish, 'bootstrap');
      const second = await keys.rotate(listed.id);
      const third = await keys.rotate(listed.id);
      expect((await store.read()).records[0]!.digests.map(({ sha256 }) => sha256)).toEqual([digestOf(third.key), digestOf(second.key)]);
    });

    it.each([-1, MAX_OVERLAP_MS + 1, NaN])('refuses an overlap of %p ms', async (overlapMs) => {
      const { keys } = issuing();
      const { listed } = await keys.create(wish, 'bootstrap');
      await expect(keys.rotate(listed.id, overlapMs)).rejects.toThrow(InvalidKeyError);
    });

    it('refuses a key that has ended', async () => {
      const { keys } = issuing();
      const { listed } = await keys.create(wish, 'bootstrap');
      await keys.revoke(listed.id);
      await expect(keys.rotate(listed.id)).rejects.toThrow(KeyEndedError);
    });
  });
});
