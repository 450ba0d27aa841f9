import { SCOPES, grants, type Principal, type Scope } from './principal';

const withScopes = (...scopes: Scope[]): Principal => ({ tenant: 't', scopes, maxPriority: 'medium', keyName: 'k' });

describe('grants', () => {
  it.each(SCOPES.flatMap((held, heldRank) => SCOPES.map((wanted, wantedRank) => [held, wanted, heldRank >= wantedRank] as const)))(
    'a key with %p asked for %p: %p',
    (held, wanted, expected) => {
      expect(grants(withScopes(held), wanted)).toBe(expected);
    },
  );

  it('refuses a key without scopes', () => {
    expect(SCOPES.some((scope) => grants(withScopes(), scope))).toBe(false);
  });
});
