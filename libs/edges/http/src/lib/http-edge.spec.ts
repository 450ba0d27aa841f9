import { ADMIN, serve, USER, type Served } from '../testing/served';

const PUBLIC = ['/v2/health/live', '/v2/health/ready', '/openapi.json', '/docs', '/docs/:file', '/beside/open'];

describe('HttpEdge', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  describe('access', () => {
    it('answers no registered route without a key, except the public ones', async () => {
      expect(served.routes.length).toBeGreaterThan(40);
      const open = new Set<string>();
      for (const { method, url } of served.routes) {
        for (const one of [method].flat()) {
          const { statusCode } = await served.fastify.inject({ method: one as 'GET', url: url.replace(/:\w+/g, 'start.js').replace('*', 'anything') });
          if (statusCode !== 401) open.add(url);
        }
      }
      expect([...open].sort()).toEqual([...PUBLIC].sort());
    });

    it('asks for the admin scope where a controller names none', async () => {
      expect((await served.fastify.inject({ url: '/beside/closed', headers: USER })).statusCode).toBe(403);
      expect((await served.fastify.inject({ url: '/beside/closed', headers: ADMIN })).json()).toEqual({ closed: true });
    });

    it('keeps managing from a key that may only infer', async () => {
      const response = await served.fastify.inject({ method: 'POST', url: '/v2/repository/models/tiny/unload', headers: USER });
      expect(response.statusCode).toBe(403);
      expect(response.json().error).toContain("scope 'manage'");
    });

    it('says how to authenticate', async () => {
      const response = await served.fastify.inject({ url: '/v1/models' });
      expect(response.headers['www-authenticate']).toBe('Bearer realm="cortex"');
      expect(response.json().error.type).toBe('authentication_error');
    });
  });

  describe('metrics', () => {
    it('measures by the route as registered, never by what a caller wrote', async () => {
      served.telemetry.values.length = 0;
      await served.fastify.inject({ url: '/v1/models/secret-name', headers: ADMIN });
      await served.fastify.inject({ url: '/no/such/page', headers: ADMIN });
      await served.fastify.inject({ url: '/beside/open' });
      const labels = served.telemetry.values.map((value) => value.labels);
      expect(labels).toEqual([
        { route: '/v1/models/:model', method: 'GET', status: '404' },
        { route: '/*', method: 'GET', status: '404' },
        { route: '/beside/open', method: 'GET', status: '200' },
      ]);
    });
  });

  describe('request id', () => {
    it.each([
      ['echoes a sane one', 'abc-123', 'abc-123'],
      ['replaces one with spaces', 'a b', expect.not.stringContaining(' ')],
      ['replaces one that is too long', 'x'.repeat(200), expect.not.stringContaining('xxx')],
    ])('%s', async (_, given, expected) => {
      const response = await served.fastify.inject({ url: '/v2', headers: { ...ADMIN, 'x-request-id': given } });
      expect(response.headers['x-request-id']).toEqual(expected);
    });

    it('makes a new one for each request, on controllers too', async () => {
      const ids = await Promise.all(['/v2', '/v2', '/beside/open'].map(async (url) => (await served.fastify.inject({ url, headers: ADMIN })).headers['x-request-id']));
      expect(new Set(ids).size).toBe(3);
    });
  });

  describe('readiness', () => {
    it('is 503 with a time to come back until the server is ready', async () => {
      served.readiness.ready = false;
      const response = await served.fastify.inject({ url: '/v2/health/ready' });
      served.readiness.ready = true;
      expect(response.statusCode).toBe(503);
      expect(response.headers).toMatchObject({ 'retry-after': '1', 'retry-after-ms': '1000' });
      expect((await served.fastify.inject({ url: '/v2/health/ready' })).json()).toEqual({ ready: true });
    });
  });
});
