import type { Budget } from '@cortex/kernel';
import { ReservationLedger, type BudgetUse } from '@cortex/resource-governor';
import { ADMIN, serve, USER, type Served } from '../../testing/served';

const infer = { method: 'POST', url: '/v2/models/tiny/infer', payload: { inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', data: [1, 2] }] } } as const;
const quota = { resource: 'requests', limit: 3, windowMs: 60_000 } as const;
const wish = { name: 'ci', tenant: 'other', scopes: ['infer'], maxPriority: 'high', quotas: [quota] };

/** Knows of two budgets, one of them in use. */
class FixedLedger extends ReservationLedger {
  readonly uses: BudgetUse[] = [];
  reserve = () => ({ id: 'r', claims: [] });
  amend(): void {}
  settle(): void {}
  release(): void {}
  usage(account?: string): readonly BudgetUse[] {
    return this.uses.filter(({ budget }) => account === undefined || budget.account === account);
  }
  spend(budget: Budget): void {
    this.uses.push({ budget, reserved: 1, spent: 2, refillsInMs: 500 });
  }
}

interface Issued {
  readonly id: string;
  readonly key: string;
}

describe('KeysProtocol', () => {
  let served: Served;
  const ledger = new FixedLedger();
  beforeAll(async () => {
    served = await serve({}, ledger);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const post = (url: string, payload?: object, headers: Record<string, string> = ADMIN) => served.fastify.inject({ method: 'POST', url, headers, payload });
  const create = async (overrides: object = {}): Promise<Issued> => (await post('/v1/keys', { ...wish, ...overrides })).json();
  const statusWith = async (key: string) => (await served.fastify.inject({ ...infer, headers: { 'x-api-key': key } })).statusCode;

  it('makes a key, shows it once and lets it be kept nowhere', async () => {
    const response = await post('/v1/keys', wish);
    const { key, id, ...rest } = response.json();
    expect(response.headers['cache-control']).toBe('no-store');
    expect(rest).toEqual({ ...wish, quotas: [{ ...quota, spent: 0, reserved: 0 }], state: 'active', prefix: key.slice(0, 8), createdBy: 'admin', createdAt: expect.stringMatching(/^20.*Z$/) as string });
    for (const url of ['/v1/keys', `/v1/keys/${id}`]) {
      const shown = await served.fastify.inject({ url, headers: ADMIN });
      expect(shown.statusCode).toBe(200);
      expect(shown.body).toContain(id);
      expect(shown.body).not.toContain(key.slice(8));
    }
  });

  it('lets its holder in with its tenant, priority and budgets', async () => {
    const { key, id } = await create();
    served.orchestrator.contexts.length = 0;
    await served.fastify.inject({ ...infer, headers: { 'x-api-key': key, 'x-cortex-priority': 'critical' } });
    expect(served.orchestrator.contexts[0]).toMatchObject({ tenant: 'other', priority: 'high', budgets: [{ account: `key:${id}`, ...quota }] });
  });

  it("takes the caller's tenant, no quota and the medium priority where nothing else is said", async () => {
    const response = await post('/v1/keys', { name: 'plain', scopes: ['manage'] });
    expect(response.json()).toMatchObject({ tenant: 'acme', maxPriority: 'medium', quotas: [] });
    expect(response.json()).not.toHaveProperty('expiresAt');
  });

  it.each([
    ['after a while', { expiresInMs: 60_000 }, () => Date.now() + 60_000],
    ['at a time', { expiresAt: '2999-01-01T01:00:00+01:00' }, () => Date.parse('2999-01-01T00:00:00Z')],
  ])('ends %s', async (_, overrides, expected) => {
    const { expiresAt } = (await post('/v1/keys', { ...wish, ...overrides })).json() as { expiresAt: string };
    expect(Math.abs(Date.parse(expiresAt) - expected())).toBeLessThan(5_000);
  });

  it.each([
    ['name', { name: 'x'.repeat(65) }], ['name', { name: undefined }], ['scopes', { scopes: [] }], ['scopes[0]', { scopes: ['root'] }], ['tenant', { tenant: 'a/b' }],
    ['maxPriority', { maxPriority: 'urgent' }], ['quotas[0].windowMs', { quotas: [{ ...quota, windowMs: 1 }] }], ['quotas[0].resource', { quotas: [{ ...quota, resource: 'memoryBytes' }] }],
    ['expiresAt', { expiresAt: 'tomorrow' }], ['expiresAt', { expiresAt: '2001-01-01T00:00:00Z' }], ['expiresAt', { expiresAt: '2999-01-01T00:00:00Z', expiresInMs: 5 }], ['expiresInMs', { expiresInMs: 0 }],
    ['body', { misspelt: 1 }],
  ])('refuses a bad %s as a problem that names it', async (field, overrides) => {
    const response = await post('/v1/keys', { ...wish, ...overrides });
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({ status: 400, detail: expect.stringMatching(new RegExp(`^${field.replace(/[[\]]/g, '\\$&')}: `)) as string });
  });

  it('revokes at once', async () => {
    const { id, key } = await create();
    expect(await statusWith(key)).toBe(200);
    const response = await served.fastify.inject({ method: 'DELETE', url: `/v1/keys/${id}`, headers: ADMIN });
    expect(response.json()).toMatchObject({ id, state: 'revoked', revokedAt: expect.any(String) as string });
    expect(await statusWith(key)).toBe(401);
    expect((await post(`/v1/keys/${id}/rotate`)).json()).toMatchObject({ status: 409, code: 'IDENTITY.KEY_ENDED' });
  });

  it('rotates, with an overlap or without', async () => {
    const { id, key: first } = await create();
    const second = await post(`/v1/keys/${id}/rotate`);
    expect(second.headers['cache-control']).toBe('no-store');
    expect(second.json()).toMatchObject({ id, rotatedFrom: first.slice(0, 8), previousEndsAt: expect.any(String) as string });
    const { key: third } = (await post(`/v1/keys/${id}/rotate`, { overlapMs: 0 })).json() as Issued;
    expect(await Promise.all([first, second.json().key as string, third].map(statusWith))).toEqual([401, 401, 200]);
    expect((await post(`/v1/keys/${id}/rotate`, { overlapMs: 1e12 })).statusCode).toBe(400);
  });

  it('shows what is used of the quotas', async () => {
    const { id } = await create({ quotas: [quota, { ...quota, resource: 'tokens' }] });
    ledger.spend({ account: `key:${id}`, ...quota });
    const used = [{ ...quota, spent: 2, reserved: 1, refillsInMs: 500 }, { ...quota, resource: 'tokens', spent: 0, reserved: 0 }];
    expect((await served.fastify.inject({ url: `/v1/keys/${id}`, headers: ADMIN })).json().quotas).toEqual(used);
    const { keys } = (await served.fastify.inject({ url: '/v1/keys', headers: ADMIN })).json() as { keys: { id: string; quotas: object[] }[] };
    expect(keys.find((one) => one.id === id)!.quotas).toEqual(used);
  });

  it('shows quotas alone where nobody counts', async () => {
    await using plain = await serve();
    const response = await plain.fastify.inject({ method: 'POST', url: '/v1/keys', headers: ADMIN, payload: wish });
    expect(response.json().quotas).toEqual([quota]);
  });

  it.each([['GET', '/v1/keys'], ['POST', '/v1/keys'], ['GET', '/v1/keys/x'], ['DELETE', '/v1/keys/x'], ['POST', '/v1/keys/x/rotate']] as const)('keeps %s %s for admins', async (method, url) => {
    const { key } = await create({ scopes: ['manage'] });
    for (const headers of [USER, { 'x-api-key': key }]) expect((await served.fastify.inject({ method, url, headers })).statusCode).toBe(403);
  });

  it('does not repeat an unknown id, which may be a key', async () => {
    const response = await served.fastify.inject({ url: '/v1/keys/ctx_secret', headers: ADMIN });
    expect(response.json()).toMatchObject({ status: 404, code: 'IDENTITY.KEY_NOT_FOUND' });
    expect(response.body).not.toContain('ctx_secret');
  });
});
