import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CortexProcess } from '@cortex/service-process';
import { Client } from './client';

jest.setTimeout(120_000);

const KEY = 'a-key-of-some-length-for-collections';
const ADA = '# Ada Lovelace\n\nAda Lovelace wrote the first published program, for the Analytical Engine of Charles Babbage, in 1843.\n\n## Life\n\nShe was born in London in 1815.';
const PAGE = '<html><head><title>Grace Hopper</title><script>alert("moth")</script></head><body><h1>Grace Hopper</h1><p>Her team found a moth in a relay of the Harvard Mark II.</p></body></html>';

interface Document {
  readonly id: string;
  readonly state: string;
  readonly error?: { readonly code: string };
  readonly found?: { readonly passages: number };
}

interface Found {
  readonly passages: readonly { readonly document: string; readonly text: string }[];
  readonly returned: number;
}

interface Asked {
  readonly plan: { readonly kind: string };
  readonly answer: { readonly text: string; readonly answerable: boolean; readonly citations: readonly { readonly document: string; readonly quote: string }[] };
}

describe('Collections', () => {
  let home: string;
  let server: CortexProcess;
  let admin: Client;
  const start = async () => {
    server = await CortexProcess.start({ CORTEX_HOME: home, CORTEX_API_KEY: KEY });
    admin = await Client.of(server, KEY);
  };
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'cortex-collections-'));
    await start();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  const ended = async (job: string) => {
    for (;;) {
      const { state } = await admin.get<{ readonly state: string }>(`/v1/jobs/${job}`);
      if (!['queued', 'running'].includes(state)) return state;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const put = async (collection: string, id: string, [type, body]: readonly [string, string]) => {
    const answer = await admin.call('PUT', `/v1/collections/${collection}/documents/${encodeURIComponent(id)}`, { body, headers: { 'content-type': type } });
    if (answer.status === 202) await ended((answer.body['job'] as { id: string }).id);
    return answer;
  };
  const documents = async (collection: string) => (await admin.get<{ readonly documents: readonly Document[] }>(`/v1/collections/${collection}/documents?limit=1000`)).documents;

  it('answers from documents of several kinds, each part with where it stands', async () => {
    expect((await admin.post('/v1/collections', { name: 'people' })).status).toBe(200);
    await put('people', 'ada.md', ['text/markdown', ADA]);
    await put('people', 'hopper.html', ['text/html; charset=utf-8', PAGE]);
    const { body } = await admin.post('/v1/query', { collection: 'people', question: 'Who wrote the first program?' });
    const { plan, answer } = body as unknown as Asked;
    expect([plan.kind, answer.answerable, answer.citations[0]!.document]).toEqual(['answer', true, 'ada.md']);
    expect(ADA).toContain(answer.citations[0]!.quote);
    const search = (await admin.post('/v1/collections/people/search', { query: 'moth in a relay', limit: 5 })).body as unknown as Found;
    expect([search.passages[0]!.document, search.returned]).toEqual(['hopper.html', 2]);
    expect(search.passages[0]!.text).not.toContain('alert');
  });

  it('says that it cannot answer what is not there', async () => {
    const { body } = await admin.post('/v1/query', { collection: 'people', question: 'How do I bake a sourdough bread?' });
    expect((body as unknown as Asked).answer).toMatchObject({ answerable: false, text: '', citations: [] });
  });

  it('tells what is wrong with a document, and indexes the others', async () => {
    await put('people', 'broken.pdf', ['application/pdf', '%PDF-1.7 this is no PDF']);
    await put('people', 'empty.txt', ['text/plain', '   \n']);
    const states = Object.fromEntries((await documents('people')).map(({ id, state, error }) => [id, error?.code ?? state]));
    expect(states).toEqual({ 'ada.md': 'ready', 'hopper.html': 'ready', 'broken.pdf': 'QUERY.DOCUMENT_UNREADABLE', 'empty.txt': 'QUERY.DOCUMENT_EMPTY' });
  });

  it('replaces a document and removes it, with all that was found of it', async () => {
    const search = async () => ((await admin.post('/v1/collections/people/search', { query: 'Analytical Engine', mode: 'words' })).body as unknown as Found).passages.map(({ document }) => document);
    expect(await search()).toEqual(['ada.md']);
    await put('people', 'ada.md', ['text/markdown', '# Ada\n\nShe liked mathematics very much indeed.']);
    expect(await search()).toEqual([]);
    expect((await admin.call('DELETE', '/v1/collections/people/documents/ada.md')).status).toBe(200);
    expect((await documents('people')).map(({ id }) => id)).not.toContain('ada.md');
  });

  it('shows nobody what is another tenant’s', async () => {
    const other = await admin.tenant('other', { scopes: ['infer', 'manage'] });
    for (const [method, path] of [['GET', '/v1/collections/people'], ['GET', '/v1/collections/people/documents'], ['DELETE', '/v1/collections/people'], ['GET', '/v1/collections/people/documents/hopper.html']] as const) {
      expect((await other.call(method, path)).status).toBe(404);
    }
    expect((await other.post('/v1/collections/people/search', { query: 'moth' })).status).toBe(404);
    expect((await other.post('/v1/query', { collection: 'people', question: 'What was in the relay?' })).status).toBe(404);
    expect(await other.get('/v1/collections')).toEqual({ collections: [] });
  });

  it.each([
    ['a key that is SQL', { "year' OR 1=1 --": 1 }],
    ['a key that is a path', { '../../etc': 1 }],
    ['the prototype', JSON.parse('{"__proto__": {"$eq": 1}}') as object],
    ['an operator that there is not', { year: { $where: '1' } }],
  ])('refuses a filter by %s', async (_, filter) => {
    const { status, body } = await admin.post('/v1/collections/people/search', { query: 'moth', filter });
    expect([status, body['code']]).toEqual([400, 'QUERY.FILTER']);
  });

  it.each([['of stop words', 'the of and'], ['with operators', "moth & !relay | (x:*) <-> 'y"], ['in another language', 'Wer fand eine Motte im Relais?'], ['of emoji', '😀😀']])('takes a query %s', async (_, query) => {
    expect((await admin.post('/v1/collections/people/search', { query })).status).toBe(200);
  });

  it('refuses a query of a megabyte', async () => {
    expect([400, 413]).toContain((await admin.post('/v1/collections/people/search', { query: 'x'.repeat(2 ** 20) })).status);
  });

  it('makes a short document findable while it reads a long one', async () => {
    await admin.post('/v1/collections', { name: 'long' });
    const lines = Array.from({ length: 20_000 }, (_, n) => `Line ${n} of a long document tells of boundary layers and of heat.`);
    const { body } = await admin.call('PUT', '/v1/collections/long/documents/long.txt', { body: lines.join('\n\n'), headers: { 'content-type': 'text/plain' } });
    await put('long', 'short.md', ['text/markdown', ADA]);
    expect((await documents('long')).map(({ id, state }) => [id, state === 'ready'])).toEqual([['long.txt', false], ['short.md', true]]);
    await admin.call('DELETE', '/v1/collections/long');
    expect(await ended((body['job'] as { readonly id: string }).id)).toBe('succeeded');
  });

  it('loses and doubles nothing when it is killed while it ingests', async () => {
    await admin.post('/v1/collections', { name: 'many' });
    const orders = Array.from({ length: 300 }, (_, n) => ({ id: `d${n}`, text: `Document number ${n} tells of boundary layers and of heat.\n\n`.repeat(20) }));
    const { body } = await admin.post('/v1/collections/many/documents', { documents: orders });
    const job = (body['job'] as { readonly id: string }).id;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await server.kill();
    await start();
    expect(await ended(job)).toBe('succeeded');
    const all = await documents('many');
    expect(all.map(({ state }) => state)).toEqual(Array.from({ length: 300 }, () => 'ready'));
    const { passages } = (await admin.post('/v1/collections/many/search', { query: 'document number 7 boundary layers', mode: 'vector', limit: 200 })).body as unknown as Found;
    expect(new Set(passages.map(({ document, text }) => `${document} ${text}`)).size).toBe(passages.length);
  });
});
