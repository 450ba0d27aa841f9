import { ADMIN, MANAGER, USER, serve, type Served } from '../../testing/served';

const MODEL = '/v1/registry/models/released';

describe('RegistryProtocol', () => {
  let served: Served;

  beforeEach(async () => {
    served = await serve();
  });
  afterEach(() => served[Symbol.asyncDispose]());

  async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object, headers: Record<string, string> = MANAGER) {
    const response = await served.fastify.inject({ method, url, headers, payload });
    return { status: response.statusCode, body: response.json(), text: response.body };
  }
  const move = (version: string, more: object = {}, headers?: Record<string, string>) => call('PUT', `${MODEL}/aliases/stable`, { version, ...more }, headers);
  const versionOf = async (reference: string) => (await served.registry.resolve(reference)).version.version;

  describe('models', () => {
    it('are listed with state, figures and aliases, and no path of this machine', async () => {
      await served.orchestrator.load('tiny');
      await move('2');
      const { body, text } = await call('GET', '/v1/registry/models', undefined, USER);
      expect(body.models).toContainEqual(expect.objectContaining({ name: 'tiny', state: 'loaded', loaded: [expect.objectContaining({ variant: 'fp32', memoryBytes: 1_000, placement: 'inline' })] }));
      expect(body.models).toContainEqual(expect.objectContaining({ name: 'judge', state: 'available', labels: ['no', 'yes'], variants: [{ name: 'fp32', bytes: 1_000 }] }));
      expect(body.models).toContainEqual(expect.objectContaining({ name: 'released', version: '2', aliases: ['stable'] }));
      expect(text).not.toContain('/models/');
    });

    it('are shown one by one with everything that is kept of them', async () => {
      await move('1');
      await call('PUT', `${MODEL}/gates/stable`, { maxP95Ms: 5 });
      await call('POST', `${MODEL}/gates/stable/run`, { version: '2' });
      await call('PUT', `${MODEL}/rollouts/stable`, { version: '2', mode: 'canary', weight: 0.5 });
      served.rollouts.record({ name: 'released', alias: 'stable', arm: 'canary', ms: 4 });
      const { body, text } = await call('GET', MODEL);
      expect(body).toMatchObject({
        name: 'released', versions: [{ version: '1', aliases: ['stable'] }, { version: '2' }, { version: '3' }], aliases: { stable: '1' },
        rollouts: [{ alias: 'stable', version: '2', mode: 'canary', weight: 0.5, report: { canary: { requests: 1, meanMs: 4 }, shadow: { compared: 0 } } }],
        gates: { stable: { maxP95Ms: 5 } }, reports: [{ alias: 'stable', version: '2', passed: true }], pins: {}, provenance: {}, shared: {},
        history: [{ action: 'rollout' }, { action: 'gate' }, { action: 'promote', by: 'manager', to: '1' }],
      });
      expect(text).not.toContain('/models/');
    });

    it.each([['nothing', 404, 'REGISTRY.MODEL_NOT_FOUND'], ['released@1', 400, 'REQUEST.INVALID'], ['a%20b', 400, 'REGISTRY.INVALID_REFERENCE']])('refuse the name %s with %i', async (name, status, code) => {
      expect(await call('GET', `/v1/registry/models/${name}`)).toMatchObject({ status, body: { status, code } });
    });

    it('load and unload', async () => {
      const change = (action: string) => call('POST', `/v1/registry/models/judge@1/${action}`);
      expect((await change('load')).body).toMatchObject({ model: 'judge@1', state: 'loaded', loaded: { variant: 'fp32' } });
      expect((await change('unload')).body).toEqual({ model: 'judge@1', state: 'unloaded' });
      expect(await call('POST', '/v1/registry/models/nothing/load')).toMatchObject({ status: 404, body: { code: 'REGISTRY.MODEL_NOT_FOUND' } });
    });

    it('accept changed files by an explicit load, in the name of who asked', async () => {
      await call('POST', `${MODEL}@2/load`, { pinned: true });
      expect(served.orchestrator.changes).toEqual(['load released@2']);
      expect(served.orchestrator.policies).toEqual([{ pinned: true, by: 'manager' }]);
    });

    it('get variants made in the background', async () => {
      expect(await call('POST', '/v1/registry/models/cortex-embed-small/variants')).toMatchObject({ status: 200, body: { stage: 'waiting' } });
      expect((await call('GET', '/v1/registry/models')).body).toMatchObject({ loading: [], preparing: [{ name: 'cortex-embed-small', stage: 'waiting' }] });
    });
  });

  describe('aliases', () => {
    it('move, say from where, and answer from the next request on', async () => {
      expect(await move('1', { reason: 'first' })).toMatchObject({ status: 200, body: { alias: 'stable', version: '1' } });
      expect((await move('3')).body).toEqual({ alias: 'stable', version: '3', from: '1' });
      expect([await versionOf('released@stable'), await versionOf('released')]).toEqual(['3', '3']);
    });

    it('do not move where the gate is not passed, unless an admin forces them', async () => {
      await call('PUT', `${MODEL}/gates/stable`, { maxP95Ms: 5 });
      served.gate.checks = [{ part: 'p95', passed: false, measured: 7, bound: 5 }];
      expect(await move('2')).toMatchObject({ status: 409, body: { code: 'REGISTRY.GATE_FAILED', detail: expect.stringContaining('p95 7 against 5') } });
      expect(await move('2', { force: true })).toMatchObject({ status: 403 });
      expect(await move('2', { force: true }, ADMIN)).toMatchObject({ status: 200, body: { version: '2' } });
      expect((await call('GET', MODEL)).body).toMatchObject({ reports: [{ passed: false, checks: [{ part: 'p95', measured: 7 }] }], history: [{ by: 'admin', action: 'alias' }, { action: 'gate' }] });
    });

    it('move only from where the caller saw them', async () => {
      await move('1');
      expect(await move('2', { expectedFrom: '3' })).toMatchObject({ status: 409, body: { code: 'REGISTRY.ALIAS_MOVED', detail: expect.stringContaining('is 1 now, not 3') } });
      expect(await move('2', { expectedFrom: '1' })).toMatchObject({ status: 200 });
    });

    it('have loaded their version before they move, and none that they do not move to', async () => {
      await move('1');
      await move('2', { expectedFrom: '3' });
      expect(served.orchestrator.loaded().map(({ name, version }) => `${name}@${version}`)).toEqual(['released@1']);
    });

    it('go back to the version before in one call', async () => {
      await move('1');
      await move('2');
      expect(await call('POST', `${MODEL}/aliases/stable/rollback`, { reason: 'slow' })).toMatchObject({ status: 200, body: { version: '1', from: '2' } });
      expect(await call('POST', `${MODEL}/aliases/stable/rollback`)).toMatchObject({ status: 409, body: { code: 'REGISTRY.NOTHING_TO_ROLL_BACK' } });
    });

    it('are removed with a reason', async () => {
      await move('1');
      expect(await call('DELETE', `${MODEL}/aliases/stable?reason=renamed`)).toMatchObject({ status: 200, body: { alias: 'stable' } });
      expect((await call('GET', `${MODEL}/history?limit=1`)).body).toMatchObject({ model: 'released', history: [{ action: 'alias', from: '1', reason: 'renamed' }] });
      expect(await call('DELETE', `${MODEL}/aliases/stable`)).toMatchObject({ status: 404, body: { code: 'REGISTRY.ALIAS_NOT_FOUND' } });
    });

    it.each([
      ['a version that does not exist', { version: '9' }, 404],
      ['no version', {}, 400],
      ['a reason that is too long', { version: '1', reason: 'x'.repeat(1_001) }, 400],
    ])('refuse %s', async (_, body, status) => {
      expect(await call('PUT', `${MODEL}/aliases/stable`, body)).toMatchObject({ status });
    });
  });

  describe('gates', () => {
    it('are run without moving anything', async () => {
      await call('PUT', `${MODEL}/gates/stable`, { labelled: { inputs: ['a'], labels: ['yes'], minAccuracy: 0.5 } });
      expect(await call('POST', `${MODEL}/gates/stable/run`, { version: '1' })).toMatchObject({ status: 200, body: { passed: true, version: '1', checks: [{ part: 'loads' }] } });
      expect((await call('GET', MODEL)).body.aliases).toEqual({});
    });

    it('are removed, and then cannot be run', async () => {
      await call('PUT', `${MODEL}/gates/stable`, { maxMemoryBytes: 5 });
      expect(await call('DELETE', `${MODEL}/gates/stable`)).toMatchObject({ status: 200, body: { alias: 'stable' } });
      expect(await call('POST', `${MODEL}/gates/stable/run`, { version: '1' })).toMatchObject({ status: 404, body: { code: 'REGISTRY.GATE_NOT_FOUND' } });
    });

    it.each([
      ['nothing', {}, 'expected golden'],
      ['a misspelt part', { maxP59Ms: 5 }, 'maxP59Ms'],
      ['more inputs than answers', { golden: { inputs: ['a', 'b'], expected: ['x'] } }, 'expected as many answers as inputs'],
      ['too many inputs', { labelled: { inputs: Array(2_001).fill('a'), labels: Array(2_001).fill('b'), minAccuracy: 1 } }, '2000'],
    ])('refuse %s', async (_, gate, detail) => {
      expect(await call('PUT', `${MODEL}/gates/stable`, gate)).toMatchObject({ status: 400, body: { detail: expect.stringContaining(detail) } });
    });
  });

  describe('rollouts', () => {
    it('give a version its share, and end', async () => {
      expect(await call('PUT', `${MODEL}/rollouts/latest`, { version: '1', mode: 'canary', weight: 1 })).toMatchObject({ status: 200, body: { alias: 'latest', rollout: { version: '1', weight: 1 } } });
      expect((await served.registry.resolve('released', { id: 'id' })).version.version).toBe('1');
      expect(await call('DELETE', `${MODEL}/rollouts/latest`)).toMatchObject({ status: 200, body: { alias: 'latest' } });
      expect((await served.registry.resolve('released', { id: 'id' })).version.version).toBe('3');
    });

    it.each([[{ version: '1', mode: 'canary', weight: 0 }, 400], [{ version: '1', mode: 'mirror', weight: 1 }, 400], [{ version: '3', mode: 'shadow', weight: 1 }, 400], [{ version: '9', mode: 'shadow', weight: 1 }, 404]])(
      'refuse %j with %i',
      async (request, status) => {
        expect(await call('PUT', `${MODEL}/rollouts/latest`, request)).toMatchObject({ status });
      },
    );
  });

  describe('sharing', () => {
    it('is shown, with how much there is to fetch', async () => {
      const file = (bytes: number) => ({ path: `${bytes}.json`, sha256: 'a'.repeat(64), bytes });
      await served.registry.records.change('released', (record) => ({ ...record, shared: { 2: [file(1), file(2)], 9: [file(4)] } }));
      expect((await call('GET', MODEL)).body).toMatchObject({ shared: { 2: { files: 2, bytes: 3 }, 9: { files: 1, bytes: 4 } }, versions: [{ version: '1', shared: false }, { version: '2', shared: true }, { version: '3', shared: false }] });
    });

    it('is refused where a server keeps its models to itself', async () => {
      expect(await call('POST', `${MODEL}/versions/1/push`)).toMatchObject({ status: 409, body: { code: 'REGISTRY.NOT_SHAREABLE' } });
    });
  });

  describe('versions', () => {
    it('that an alias names are not deleted', async () => {
      await move('1');
      expect(await call('DELETE', `${MODEL}/versions/1`)).toMatchObject({ status: 409, body: { code: 'REGISTRY.VERSION_IN_USE', detail: expect.stringContaining('alias stable') } });
      expect(served.orchestrator.changes).toEqual([]);
    });

    it('that came with the server are not deleted', async () => {
      expect(await call('DELETE', '/v1/registry/models/cortex-embed-small/versions/1')).toMatchObject({ status: 409, body: { code: 'REGISTRY.VERSION_FIXED' } });
    });

    it('are unloaded before their files go, and stay where these cannot', async () => {
      expect(await call('DELETE', `${MODEL}/versions/1`)).toMatchObject({ status: 409, body: { detail: expect.stringContaining('its folder cannot be moved (ENOENT)') } });
      expect([served.orchestrator.changes, await versionOf('released@1')]).toEqual([['unload released@1'], '1']);
    });
  });

  it.each([['GET', MODEL], ['GET', `${MODEL}/history`], ['PUT', `${MODEL}/aliases/a`], ['DELETE', `${MODEL}/aliases/a`], ['PUT', `${MODEL}/gates/a`], ['PUT', `${MODEL}/rollouts/a`], ['DELETE', `${MODEL}/versions/1`], ['POST', `${MODEL}/versions/1/push`]] as const)(
    'keeps %s %s from keys that only infer',
    async (method, url) => {
      expect((await call(method, url, undefined, USER)).status).toBe(403);
    },
  );
});
