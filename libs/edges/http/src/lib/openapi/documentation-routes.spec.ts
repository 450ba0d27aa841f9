import { ADMIN, serve, type Served } from '../../testing/served';
import { ARROW_TYPE } from '../content';
import { HttpEdge } from '../http-edge';
import { PROTOCOLS } from '../protocols';
import { statusOfAnswers, type Protocol, type Route } from '../route';
import { schemaNames } from '../named';

type Operation = { requestBody?: { content: Record<string, { schema: object; example?: unknown }> }; responses: Record<string, { content: Record<string, { schema: { $ref: string } }> }>; security?: unknown; summary: string };
type Document = { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, object> } };

const shownPath = (url: string) => url.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');

describe('documentation', () => {
  let served: Served;
  let routes: readonly Route[];
  let document: Document;

  beforeAll(async () => {
    served = await serve();
    routes = served.app.get<Protocol[]>(PROTOCOLS).flatMap((protocol) => protocol.routes());
    document = (await served.fastify.inject({ url: '/openapi.json' })).json();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it('holds an operation for every route of every protocol', () => {
    const documented = Object.entries(document.paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`));
    const registered = routes.map(({ method, url }) => `${method} ${shownPath(url)}`);
    expect(documented.sort()).toEqual([...registered, 'GET /openapi.json'].sort());
  });

  it('gives every route a summary and named schemas', () => {
    for (const { summary, body, response } of routes) {
      expect(summary.length).toBeGreaterThan(5);
      expect(schemaNames.has(response)).toBe(true);
      if (body) expect(schemaNames.get(body)?.id).toMatch(/Request$/);
    }
  });

  it('refers only to components that exist, and repeats no operation id', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(50);
    for (const [, kind, name] of references) expect(Reflect.get(Reflect.get(document.components, kind!), name!)).toBeDefined();
    const ids = [...text.matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(document.openapi).toBe('3.1.0');
  });

  it('shows an example that works, for every operation', async () => {
    for (const one of routes) {
      const { method, url, example } = one;
      const address = url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(example.params?.[name] ?? '')).replace(/\*$/, example.params?.['*'] ?? '');
      const shown = document.paths[shownPath(url)]![method.toLowerCase()]!.requestBody?.content['application/json']?.example;
      expect(shown).toEqual(example.body);
      const { statusCode, body } = await served.fastify.inject({ method, url: address, headers: ADMIN, payload: example.body as object | undefined });
      const expected = example.status ?? statusOfAnswers(one);
      expect({ url, statusCode, body: statusCode === expected ? '' : body }).toEqual({ url, statusCode: expected, body: '' });
    }
  }, 60_000);

  it('says of what goes on after its answer where to ask for it', () => {
    const { responses } = document.paths['/v1/registry/pulls']!['post']!;
    expect(responses).toMatchObject({ '202': { headers: { location: { schema: { type: 'string' } } } } });
    expect(responses['200']).toBeUndefined();
  });

  it('names every content type of an answer', () => {
    const typesOf = (path: string, method: string) => Object.keys(document.paths[path]![method]!.responses['200']!.content);
    expect(typesOf('/v2/models/{model}/infer', 'post')).toEqual(['application/json', 'application/octet-stream', ARROW_TYPE]);
    expect(typesOf('/v1/embeddings', 'post')).toEqual(['application/json', ARROW_TYPE]);
    expect(typesOf('/predict', 'post')).toEqual(['application/json']);
  });

  it('names every content type of a body', () => {
    const typesOf = (path: string) => Object.keys(document.paths[path]!['post']!.requestBody!.content);
    expect(typesOf('/v2/models/{model}/infer')).toEqual(['application/json', 'application/octet-stream', ARROW_TYPE]);
    expect(typesOf('/embed')).toEqual(['application/json', ARROW_TYPE]);
    expect(typesOf('/predict')).toEqual(['application/json']);
  });

  it('marks what needs no key', () => {
    expect(document.paths['/v2/health/live']!['get']!.security).toEqual([]);
    expect(document.paths['/v1/embeddings']!['post']!.security).toBeUndefined();
  });

  it('takes in the operations of controllers', async () => {
    await using own = await serve();
    own.app.get(HttpEdge).document({ paths: { '/beside/open': { get: { summary: 'Beside' } } }, components: { schemas: { BesideDto: { type: 'object' } } } });
    const merged: Document = (await own.fastify.inject({ url: '/openapi.json' })).json();
    expect(merged.paths['/beside/open']).toEqual({ get: { summary: 'Beside' } });
    expect(merged.components.schemas).toMatchObject({ BesideDto: { type: 'object' }, EmbedRequest: {} });
  });

  describe('/docs', () => {
    it('is a page that loads nothing from elsewhere', async () => {
      const page = await served.fastify.inject({ url: '/docs' });
      expect(page.headers['content-type']).toContain('text/html');
      expect(page.headers['content-security-policy']).toContain("default-src 'none'");
      expect(page.body).not.toMatch(/https?:\/\//);
      for (const [, file] of page.body.matchAll(/(?:src|href)="(\/docs[^"]+)"/g)) {
        expect((await served.fastify.inject({ url: file! })).statusCode).toBe(200);
      }
    });

    it.each([
      ['/docs', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 200], ['/docs', 'text/html', 200], ['/docs', 'application/json', 406],
      ['/docs/swagger-ui.css', 'text/css,*/*;q=0.1', 200], ['/docs/start.js', '*/*', 200], ['/docs/start.js', 'text/html', 406], ['/openapi.json', 'application/json,*/*', 200],
    ])('answers %s to who accepts %s with %i', async (url, accept, status) => {
      expect((await served.fastify.inject({ url, headers: { accept } })).statusCode).toBe(status);
    });

    it.each(['/docs/package.json', '/docs/..%2f..%2fpackage.json', '/docs/__proto__', '/docs/constructor'])('does not give away %s', async (url) => {
      expect((await served.fastify.inject({ url })).statusCode).toBe(404);
    });
  });
});
