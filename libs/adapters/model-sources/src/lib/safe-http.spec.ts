import type { RequestListener } from 'node:http';
import { listen, type LocalServer } from '../testing/local-server';
import { HttpPolicy, type Resolve } from './http-policy';
import { chunksOf, SafeHttp, type SafeRequest } from './safe-http';

const LOOPBACK: Resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);

describe('SafeHttp', () => {
  const servers: LocalServer[] = [];
  const serve = async (handler: RequestListener) => {
    const server = await listen(handler);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
  });

  const policyOf = (resolve: Resolve = LOOPBACK, allowPrivate = true) => new HttpPolicy({ allowedHosts: ['models.test', 'other.test', '127.0.0.1', 'inside.test'], allowPrivate, resolve });
  const http = (policy: ConstructorParameters<typeof SafeHttp>[0]['policy'] = policyOf()) => new SafeHttp({ policy, silenceMs: 150, maxRedirects: 3 });
  const request = (url: string, more: Partial<SafeRequest> = {}): SafeRequest => ({ url: new URL(url), signal: AbortSignal.timeout(10_000), ...more });
  const read = (url: string, more: Partial<SafeRequest> = {}, client = http()) => client.read(request(url, more), 1_000);

  it('connects to the address that was looked up, and looks it up once', async () => {
    const { port } = await serve((_request, response) => response.end('here'));
    const resolve = jest.fn(LOOPBACK).mockImplementationOnce(LOOPBACK).mockImplementation(() => Promise.resolve([{ address: '127.0.0.99', family: 4 }]));
    expect(String(await read(`http://models.test:${port}/`, {}, http(policyOf(resolve))))).toBe('here');
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  it('asks nobody whose name now leads inside', async () => {
    const server = await serve((_request, response) => response.end('secret'));
    const strict = policyOf(LOOPBACK, false);
    const policy = { refuseUrl: () => undefined, pin: (url: URL) => strict.pin(url) };
    await expect(read(`http://models.test:${server.port}/`, {}, http(policy))).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_FORBIDDEN' });
    expect(server.requests).toHaveLength(0);
  });

  it('holds every redirect against the policy', async () => {
    const inside = await serve((_request, response) => response.end('secret'));
    const { port } = await serve((_request, response) => response.writeHead(302, { location: `http://inside.test:${inside.port}/` }).end());
    const strict = policyOf(LOOPBACK, false);
    const open = policyOf();
    const policy = { refuseUrl: (url: URL) => open.refuseUrl(url), pin: (url: URL) => (url.hostname === 'inside.test' ? strict : open).pin(url) };
    await expect(read(`http://models.test:${port}/`, {}, http(policy))).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_FORBIDDEN' });
    expect(inside.requests).toHaveLength(0);
  });

  it.each(['http://evil.test/', 'file:///etc/passwd', 'ftp://models.test/'])('does not follow to %s', async (location) => {
    const { url } = await serve((_request, response) => response.writeHead(307, { location }).end());
    await expect(read(url)).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_FORBIDDEN' });
  });

  it('gives up a circle of redirects', async () => {
    const server = await serve((_request, response) => response.writeHead(301, { location: '/again' }).end());
    await expect(read(server.url)).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_FAILED' });
    expect(server.requests).toHaveLength(4);
  });

  it('sends the key to its own origin alone', async () => {
    const other = await serve((_request, response) => response.end('file'));
    const own = await serve(({ url }, response) => response.writeHead(302, { location: url === '/' ? '/moved' : `http://other.test:${other.port}/` }).end());
    await read(`http://models.test:${own.port}/`, { authorization: 'Bearer hub-secret' });
    expect(own.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer hub-secret', 'Bearer hub-secret']);
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('does not get a key back by a redirect home', async () => {
    let ownPort = 0;
    const other = await serve((_request, response) => response.writeHead(302, { location: `http://models.test:${ownPort}/end` }).end());
    const own = await serve(({ url }, response) => (url === '/end' ? response.end('x') : response.writeHead(302, { location: `http://other.test:${other.port}/` }).end()));
    ownPort = own.port;
    await read(`http://models.test:${own.port}/`, { authorization: 'Bearer hub-secret' });
    expect(own.requests.at(-1)!.headers.authorization).toBeUndefined();
  });

  it('asks for no encoding and takes none', async () => {
    const server = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'));
    await expect(read(server.url)).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_FAILED' });
    expect(server.requests[0]!.headers['accept-encoding']).toBe('identity');
  });

  it.each([[404, 'REGISTRY.SOURCE_NOT_FOUND'], [403, 'REGISTRY.SOURCE_NOT_FOUND'], [500, 'REGISTRY.SOURCE_FAILED'], [204, 'REGISTRY.SOURCE_FAILED']])('answers status %i with %s', async (status, code) => {
    const { url } = await serve((_request, response) => response.writeHead(status).end());
    await expect(read(url)).rejects.toMatchObject({ code });
  });

  it('refuses an answer that is longer than it may be', async () => {
    const { url } = await serve((_request, response) => response.end('x'.repeat(2_000)));
    await expect(read(url)).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_FAILED' });
  });

  it('notices a server that promises more bytes than it sends', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 500 }).write('x');
      setTimeout(() => response.destroy(), 20);
    });
    await expect(read(url)).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_FAILED' });
  });

  it('takes no more bytes than the server promised', async () => {
    const { url } = await serve(({ socket }) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcdefgh'));
    const outcome = await read(url).catch((error: unknown) => error);
    expect(outcome instanceof Buffer ? String(outcome) : outcome).toEqual(outcome instanceof Buffer ? 'abc' : expect.objectContaining({ code: 'REGISTRY.SOURCE_FAILED' }));
  });

  it.each(['before it answers', 'in the middle'])('gives up a server that is silent %s', async (when) => {
    const { url } = await serve((_request, response) => {
      if (when === 'in the middle') response.writeHead(200, { 'content-length': 5 }).write('x');
    });
    await expect(read(url)).rejects.toMatchObject({ code: 'REGISTRY.SOURCE_TOO_SLOW' });
  });

  it('stops when it is told to', async () => {
    const { url } = await serve((_request, response) => void response.writeHead(200, { 'content-length': 5 }).write('x'));
    const controller = new AbortController();
    const response = await http().get(request(url, { signal: controller.signal }));
    const drained = (async () => {
      for await (const chunk of chunksOf(response)) controller.abort(new Error(`enough after ${chunk.length}`));
    })();
    await expect(drained).rejects.toThrow();
  });

  it('shows nobody the address or the key in an error', async () => {
    const error: unknown = await read('http://models.test:1/path?signature=s3cr3t', { authorization: 'Bearer hub-secret' }).catch((reason: unknown) => reason);
    expect(String(error)).not.toMatch(/s3cr3t|hub-secret|127\.0\.0\.1/);
    expect(error).toMatchObject({ code: 'REGISTRY.SOURCE_FAILED' });
  });
});
