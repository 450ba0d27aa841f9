import { ADMIN, serve, USER } from '../../testing/served';

describe('CortexProtocol', () => {
  it('shows the governor', async () => {
    await using served = await serve();
    expect((await served.fastify.inject({ url: '/v1/governor', headers: ADMIN })).json()).toMatchObject({ stage: 'normal', budgetMs: 2, ledger: [{ resource: 'tokens', spent: 10 }], residency: { heldBytes: 0 }, decisions: [] });
  });

  it('shows decisions on other tenants to an admin alone', async () => {
    await using served = await serve();
    const at = { at: 1, count: 1, reason: 'GOVERNOR.OVERLOADED' };
    served.decisions.push({ ...at, kind: 'refusal', tenant: 'other' }, { ...at, kind: 'refusal', tenant: 'acme' }, { ...at, kind: 'stage' });
    const tenantsFor = async (headers: Record<string, string>) => {
      const { decisions } = (await served.fastify.inject({ url: '/v1/governor', headers })).json<{ decisions: { tenant?: string }[] }>();
      return decisions.map(({ tenant }) => tenant);
    };
    expect([await tenantsFor(USER), await tenantsFor(ADMIN)]).toEqual([['acme', undefined], ['other', 'acme', undefined]]);
  });
});
