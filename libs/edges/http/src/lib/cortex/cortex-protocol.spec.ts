import { ADMIN, serve, type Served } from '../../testing/served';

describe('CortexProtocol', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it('lists models with state and figures, and no path of this machine', async () => {
    await served.orchestrator.load('tiny');
    const response = await served.fastify.inject({ url: '/v1/registry/models', headers: ADMIN });
    const { models } = response.json();
    expect(models).toContainEqual(expect.objectContaining({ name: 'tiny', state: 'loaded', loaded: [expect.objectContaining({ variant: 'fp32', memoryBytes: 1_000, placement: 'inline' })] }));
    expect(models).toContainEqual(expect.objectContaining({ name: 'judge', state: 'available', labels: ['no', 'yes'], variants: [{ name: 'fp32', bytes: 1_000 }] }));
    expect(response.body).not.toContain('/models/');
  });

  it('loads and unloads', async () => {
    const change = (action: string) => served.fastify.inject({ method: 'POST', url: `/v1/registry/models/judge@1/${action}`, headers: ADMIN });
    expect((await change('load')).json()).toMatchObject({ model: 'judge@1', state: 'loaded', loaded: { variant: 'fp32' } });
    expect((await change('unload')).json()).toEqual({ model: 'judge@1', state: 'unloaded' });
  });

  it('shows the governor', async () => {
    expect((await served.fastify.inject({ url: '/v1/governor', headers: ADMIN })).json()).toMatchObject({ stage: 'normal', budgetMs: 2, ledger: [{ resource: 'tokens', spent: 10 }] });
  });

  it('refuses an unknown model as a problem document', async () => {
    const response = await served.fastify.inject({ method: 'POST', url: '/v1/registry/models/nothing/load', headers: ADMIN });
    expect(response.json()).toMatchObject({ status: 404, code: 'REGISTRY.MODEL_NOT_FOUND' });
  });
});
