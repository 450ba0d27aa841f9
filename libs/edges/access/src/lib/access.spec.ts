import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { Access } from './access';
import { AccessConfigurationError, ForbiddenError, UnauthenticatedError } from './access.errors';
import { keyRecord } from './key-record';
import type { Principal, Scope } from './principal';

const KEY = 'ctx_0123456789abcdef0123456789abcdef';
const OTHER = 'ctx_of-another-tenant';
const principal = (keyName: string, ...scopes: Scope[]): Principal => ({ tenant: `tenant-of-${keyName}`, scopes, maxPriority: 'high', keyName });
const admin = principal('root', 'admin');
const reader = principal('reader', 'infer');
const guarded = () => new Access({ auth: 'on', host: '0.0.0.0', keys: [keyRecord(KEY, admin), keyRecord(OTHER, reader)] });

describe('Access', () => {
  describe('constructor', () => {
    it.each(['127.0.0.1', '::1', 'localhost'])('lets authentication be off on %p', (host) => {
      expect(new Access({ auth: 'off', host, keys: [] }).authenticate({})).toMatchObject({ keyName: 'auth-off', scopes: ['admin'] });
    });

    it.each(['0.0.0.0', '::', '10.0.0.1', 'example.org', ''])('refuses authentication off on %p', (host) => {
      expect(() => new Access({ auth: 'off', host, keys: [] })).toThrow(AccessConfigurationError);
    });

    it('refuses to be on with no key, which would lock everybody out', () => {
      expect(() => new Access({ auth: 'on', host: '127.0.0.1', keys: [] })).toThrow(AccessConfigurationError);
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

function refusalOf(headers: Parameters<Access['authenticate']>[0]): unknown {
  try {
    return guarded().authenticate(headers);
  } catch (error) {
    return error;
  }
}
