import { ADMIN, serve } from '../../testing/served';

describe('CortexProtocol', () => {
  it('shows the governor', async () => {
    await using served = await serve();
    expect((await served.fastify.inject({ url: '/v1/governor', headers: ADMIN })).json()).toMatchObject({ stage: 'normal', budgetMs: 2, ledger: [{ resource: 'tokens', spent: 10 }], residency: { heldBytes: 0 }, decisions: [] });
  });
});
