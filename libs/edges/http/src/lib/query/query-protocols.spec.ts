import { FakeTextModels as WordModels } from '@cortex/text-models/testing';
import { ADMIN, MANAGER, serve, USER, type Served } from '../../testing/served';
import type { Route } from '../route';
import { CollectionsProtocol } from './collections-protocol';
import type { CollectionAnswer } from './collections-schemas';
import { DocumentsProtocol } from './documents-protocol';
import type { DocumentAnswer, DocumentsAccepted } from './documents-schemas';
import { QuestionsProtocol } from './questions-protocol';
import type { PassageAnswer, QuestionAnswer } from './questions-schemas';

type Body = object | string | Buffer;
type Everything = CollectionAnswer & DocumentAnswer & DocumentsAccepted & QuestionAnswer & { collections: CollectionAnswer[]; passages: PassageAnswer[]; explanation?: object; requested: number; code: string; detail: string; kind: string; state: string };

const STRANGER = { 'x-api-key': 'stranger-key' };
const ADA = { id: 'ada.txt', text: 'Ada Lovelace wrote the first program for the analytical engine.', metadata: { year: 1843, by: 'ada' } };
const HOPPER = { id: 'hopper.txt', text: 'Grace Hopper made the first compiler and found a moth in a relay.', metadata: { year: 1952, by: 'grace' } };
const base = '/v1/collections/notes';

describe('collections over HTTP', () => {
  let served: Served;

  beforeEach(async () => {
    served = await serve({ maxBodyBytes: 20_000 });
    const words = new WordModels();
    served.texts.embed = (request, context) => words.embed(request, context);
    await ask('POST', '/v1/collections', { headers: MANAGER, body: { name: 'notes', schema: { year: 'number', by: 'string' } } });
  });
  afterEach(() => served[Symbol.asyncDispose]());

  const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, { headers = USER as Record<string, string>, body }: { headers?: Record<string, string>; body?: Body } = {}) => {
    const { statusCode, headers: answered, body: text } = await served.fastify.inject({ method, url, headers, payload: body });
    return { status: statusCode, location: answered['location'], text, type: answered['content-type'], answer: () => JSON.parse(text) as Everything };
  };
  const ended = async (location: unknown) => {
    const id = String(location).split('/').at(-1)!;
    for await (const job of served.jobs.watch(id, 'acme', AbortSignal.timeout(20_000))) if (job.state !== 'queued' && job.state !== 'running') return job;
    throw new Error('the job has not ended');
  };
  const add = async (...documents: object[]) => {
    const added = await ask('POST', `${base}/documents`, { body: { documents } });
    await ended(added.location);
    return added;
  };

  it('shows what was made: by whom it is searched, and what is in it', async () => {
    await add(ADA, HOPPER);
    const { answer } = await ask('GET', base);
    expect(answer()).toMatchObject({ name: 'notes', schema: { year: 'number', by: 'string' }, spaces: [{ model: 'fake-embed@1+fp32', state: 'serving', width: 32 }], documents: { ready: 2 } });
    expect((await ask('GET', '/v1/collections')).answer().collections.map(({ name }) => name)).toEqual(['notes']);
    expect((await ask('POST', '/v1/collections', { headers: MANAGER, body: { name: 'notes' } })).status).toBe(409);
  });

  it('takes documents, tells of the job, and does nothing for those that are there', async () => {
    const first = await add(ADA, HOPPER);
    expect([first.status, first.location]).toEqual([202, `/v1/jobs/${first.answer().job!.id}`]);
    expect(first.answer().documents).toEqual([ADA, HOPPER].map(({ id }) => ({ id, state: 'queued', generation: 1, unchanged: false })));
    const job = (await ask('GET', String(first.location))).answer();
    expect(job).toMatchObject({ kind: 'ingestion', state: 'succeeded', collection: 'notes', counts: { total: 2, done: 2, failed: 0 }, progress: 1 });
    const again = await ask('POST', `${base}/documents`, { body: { documents: [ADA] } });
    expect([again.answer().job, again.answer().documents[0]!.unchanged, again.location]).toEqual([undefined, true, `${base}/documents`]);
    expect((await ask('GET', `${base}/documents/ada.txt`)).answer()).toMatchObject({ state: 'ready', mediaType: 'text/plain', bytes: ADA.text.length, metadata: ADA.metadata, found: { passages: 1 } });
  });

  it('takes lines, bytes in base64, and one document as it is, larger than a body of JSON may be', async () => {
    const lines = [ADA, { id: 'b', content: Buffer.from('in base64').toString('base64'), mediaType: 'text/plain' }].map((one) => JSON.stringify(one)).join('\n');
    const many = await ask('POST', `${base}/documents`, { headers: { ...USER, 'content-type': 'application/x-ndjson' }, body: lines });
    const text = 'Long are the ways of words. '.repeat(2_000);
    const put = await ask('PUT', `${base}/documents/long%2Fone.txt?title=Long&language=en&metadata=${encodeURIComponent('{"year":1}')}`, { headers: { ...USER, 'content-type': 'Text/Plain; charset=utf-8' }, body: text });
    expect([many.status, put.status]).toEqual([202, 202]);
    await Promise.all([ended(many.location), ended(put.location)]);
    const page = (await ask('GET', `${base}/documents?state=ready&limit=2`)).answer().documents as unknown as DocumentAnswer[];
    const next = (await ask('GET', `${base}/documents?after=${page.at(-1)!.id}`)).answer().documents as unknown as DocumentAnswer[];
    expect([...page, ...next].map(({ id }) => id)).toEqual(['ada.txt', 'b', 'long/one.txt']);
    expect(next[0]).toMatchObject({ bytes: text.length, title: 'Long', language: 'en', metadata: { year: 1 } });
  });

  it('finds passages, with why they stand where they stand', async () => {
    await add(ADA, HOPPER);
    const { passages, explanation, requested } = (await ask('POST', `${base}/search`, { body: { query: 'first compiler', limit: 5 } })).answer();
    expect([requested, explanation, passages.length]).toEqual([5, undefined, 2]);
    expect(passages[0]).toMatchObject({ document: 'hopper.txt', start: 0, end: HOPPER.text.length, text: HOPPER.text, headings: [], parts: { vector: { rank: 1 }, words: { rank: 1 } } });
    const filtered = (await ask('POST', `${base}/search`, { body: { query: 'first compiler', filter: { year: { $lt: 1900 } }, explain: true, rerank: {} } })).answer();
    expect(filtered.passages.map(({ document }) => document)).toEqual(['ada.txt']);
    expect(filtered.explanation).toMatchObject({ mode: 'hybrid', candidates: 1, reranker: 'cortex-embed-small@1+fp32' });
  });

  it('answers with the plan: looks up, searches, compares, or quotes what it found', async () => {
    await add(ADA, HOPPER);
    const about = async (question: string, more: object = {}) => (await ask('POST', '/v1/query', { body: { collection: 'notes', question, ...more } })).answer();
    const lookup = await about('list documents where year < 1900');
    expect([lookup.plan.kind, (lookup.documents as unknown as DocumentAnswer[]).map(({ id }) => id)]).toEqual(['lookup', ['ada.txt']]);
    expect(await about('first compiler')).toMatchObject({ plan: { kind: 'search' }, search: { returned: 2 } });
    expect((await about('compare Ada Lovelace and Grace Hopper')).answers!.map(({ question }) => question)).toEqual(['What is said about Ada Lovelace?', 'What is said about Grace Hopper?']);
    const { plan, answer } = await about('Grace Hopper made the first compiler and found a moth in a relay?');
    expect([plan.kind, answer!.by, answer!.answerable]).toEqual(['answer', 'extractive', true]);
    for (const { document, start, end, quote } of answer!.citations) expect([ADA, HOPPER].find(({ id }) => id === document)!.text.slice(start, end)).toBe(quote);
  });

  it('tells of an answer as it comes, and of what fails in its midst', async () => {
    await add(ADA, HOPPER);
    const ask2 = (more: object, headers: Record<string, string> = {}) => ask('POST', '/v1/query', { headers: { ...USER, ...headers }, body: { collection: 'notes', question: 'first compiler', ...more } });
    const namesOf = (text: string) => Array.from(text.matchAll(/^event: (\w+)$/gm), ([, name]) => name);
    const asked = await ask2({ stream: true });
    expect([asked.type, namesOf(asked.text)]).toEqual(['text/event-stream', ['plan', 'passages']]);
    expect(namesOf((await ask2({}, { accept: 'text/event-stream' })).text)).toEqual(['plan', 'passages']);
    served.texts.embed = () => Promise.reject(new Error('secret place'));
    const failed = await ask2({ stream: true });
    expect(namesOf(failed.text)).toEqual(['plan', 'error']);
    expect(failed.text).not.toContain('secret');
  });

  it('measures itself, changes its model, and removes everything', async () => {
    await add(ADA, HOPPER);
    const quality = await ask('POST', `${base}/evaluate`, { body: { queries: [{ id: 'q', text: 'first compiler' }], judgements: { q: { 'hopper.txt': 1 } }, modes: ['words'] } });
    expect(JSON.parse(quality.text)).toMatchObject({ words: { 'mrr@10': { mean: 1 }, queries: 1 } });
    const begun = await ask('POST', `${base}/spaces`, { headers: MANAGER, body: { model: 'other' } });
    expect([begun.status, (await ended(begun.location)).state]).toEqual([202, 'succeeded']);
    const [before, now] = (await ask('GET', base)).answer().spaces;
    expect([before!.state, now!.state, now!.model]).toEqual(['standby', 'serving', 'other@1+fp32']);
    expect((await ask('DELETE', `${base}/spaces/${now!.id}`, { headers: MANAGER })).status).toBe(409);
    expect((await ask('POST', `${base}/spaces/${before!.id}/serve`, { headers: MANAGER })).answer().spaces.map(({ state }) => state)).toEqual(['serving', 'standby']);
    expect((await ask('DELETE', `${base}/spaces/${now!.id}`, { headers: MANAGER })).answer().spaces.length).toBe(1);
    expect((await ask('DELETE', base, { headers: MANAGER })).answer().state).toBe('removed');
    expect((await ask('GET', base)).status).toBe(404);
    expect([...served.objects.kept.keys()].filter((key) => key.includes('/collections/'))).toEqual([]);
  });

  it('retries and removes a document', async () => {
    await add({ ...ADA, text: ' ' });
    expect((await ask('GET', `${base}/documents/ada.txt`)).answer()).toMatchObject({ state: 'failed', error: { code: 'QUERY.DOCUMENT_EMPTY' } });
    const retried = await ask('POST', `${base}/documents/ada.txt/retry`);
    expect([retried.status, (await ended(retried.location)).counts.failed]).toEqual([202, 1]);
    expect((await ask('DELETE', `${base}/documents/ada.txt`)).answer().state).toBe('removed');
    expect((await ask('GET', `${base}/documents/ada.txt`)).status).toBe(404);
  });

  it('shows jobs of each kind on their own, and no output of those that have none', async () => {
    const { location } = await add(ADA);
    const listed = async (kind: string) => (await ask('GET', `/v1/jobs?kind=${kind}`)).text;
    expect(await listed('ingestion')).toContain(String(location).split('/').at(-1));
    expect(await listed('batch-inference')).toBe('{"jobs":[]}');
    expect((await ask('GET', `${String(location)}/output`)).status).toBe(404);
    expect((await ask('GET', `${String(location)}/events`)).text).toContain('event: end');
  });

  it.each<[string, string, Body, number, string]>([
    ['a query that is too long', '/search', { query: 'x'.repeat(8_193) }, 400, 'REQUEST.INVALID'],
    ['a query larger than a body', '/search', { query: 'x'.repeat(1_000_000) }, 413, 'REQUEST.BODY_TOO_LARGE'],
    ['a limit that is too high', '/search', { query: 'x', limit: 201 }, 400, 'REQUEST.INVALID'],
    ['a limit that is too low', '/search', { query: 'x', limit: 0 }, 400, 'REQUEST.INVALID'],
    ['a field that there is not', '/search', { query: 'x', tenant: 'other' }, 400, 'REQUEST.INVALID'],
    ['a filter with a prototype', '/search', '{"query":"x","filter":{"__proto__":{"year":1}}}', 400, 'QUERY.FILTER'],
    ['a filter in SQL', '/search', { query: 'x', filter: { "year'; DROP TABLE documents; --": 1 } }, 400, 'QUERY.FILTER'],
    ['a filter with a path', '/search', { query: 'x', filter: { '../../etc/passwd': 1 } }, 400, 'QUERY.FILTER'],
    ['a filter with an operator of its own', '/search', { query: 'x', filter: { year: { $where: 'sleep(9)' } } }, 400, 'QUERY.FILTER'],
    ['a filter that is a text', '/search', { query: 'x', filter: 'year = 1' }, 400, 'QUERY.FILTER'],
    ['no documents', '/documents', { documents: [] }, 400, 'REQUEST.INVALID'],
    ['too many documents', '/documents', { documents: Array.from({ length: 1_001 }, () => 0) }, 400, 'REQUEST.INVALID'],
    ['a document without content', '/documents', { documents: [{ id: 'a' }] }, 400, 'REQUEST.INVALID'],
    ['bytes of no type', '/documents', { documents: [{ id: 'a', content: 'YQ==' }] }, 400, 'REQUEST.INVALID'],
    ['bytes that are not base64', '/documents', { documents: [{ id: 'a', content: '?', mediaType: 'text/plain' }] }, 400, 'REQUEST.INVALID'],
    ['a type that nobody reads', '/documents', { documents: [{ id: 'a', text: 'a', mediaType: 'image/x' }] }, 400, 'QUERY.INVALID'],
    ['an id with a control character', '/documents', { documents: [{ id: 'a\u0000b', text: 'a' }] }, 400, 'QUERY.INVALID'],
    ['metadata with a prototype', '/documents', '{"documents":[{"id":"a","text":"a","metadata":{"__proto__":1}}]}', 400, 'QUERY.METADATA'],
    ['metadata that the schema has not', '/documents', { documents: [{ ...ADA, metadata: { secret: 1 } }] }, 400, 'QUERY.METADATA'],
    ['metadata of another type', '/documents', { documents: [{ ...ADA, metadata: { year: '1' } }] }, 400, 'QUERY.METADATA'],
  ])('refuses %s', async (_, path, body, status, code) => {
    const refused = await ask('POST', base + path, { body, headers: { ...USER, 'content-type': 'application/json' } });
    expect([refused.status, refused.answer().code]).toEqual([status, code]);
    expect(refused.text.length).toBeLessThan(2_000);
  });

  it.each(['', ' ', '..', '../acme', 'a/b', "a'; DROP TABLE x", '__proto__\u0000', 'x'.repeat(65)])('makes no collection named %j', async (name) => {
    const { status, answer } = await ask('POST', '/v1/collections', { headers: MANAGER, body: { name } });
    expect([status, answer().code]).toEqual([400, 'QUERY.INVALID']);
  });

  it.each(['..%2F..%2Fetc%2Fpasswd', '__proto__', '%27%3B%20DROP%20TABLE', 'constructor'])('takes %s for a name alone, of a document and of a collection', async (name) => {
    expect((await ask('GET', `${base}/documents/${name}`)).answer().code).toBe('QUERY.DOCUMENT_NOT_FOUND');
    expect((await ask('GET', `/v1/collections/${name}`)).answer().code).toBe('QUERY.COLLECTION_NOT_FOUND');
    const put = await ask('PUT', `${base}/documents/${name}`, { headers: { ...USER, 'content-type': 'text/plain' }, body: 'text' });
    expect([put.status, put.answer().documents[0]!.id]).toEqual([202, decodeURIComponent(name)]);
    await ended(put.location);
    expect([...served.objects.kept.keys()].filter((key) => !key.startsWith('tenants/acme/collections/'))).toEqual([]);
  });

  it('shows nothing to another tenant, on every route', async () => {
    await add(ADA);
    const space = (await ask('GET', base)).answer().spaces[0]!.id;
    const bodies: Record<string, Body> = { '/v1/query': { collection: 'notes', question: 'who?' } };
    const protocols = [CollectionsProtocol, DocumentsProtocol, QuestionsProtocol].flatMap((protocol) => served.app.get<{ routes(): readonly Route[] }>(protocol).routes());
    for (const { method, url, scope, example } of protocols.filter((one) => one.url !== '/v1/collections')) {
      const address = url.replace(':collection', 'notes').replace(':space', space).replace(':id', 'ada.txt');
      const { status, text } = await ask(method, address, { headers: STRANGER, body: bodies[url] ?? (example.body as object | undefined) });
      expect({ method, url, status, leaks: /Ada|analytical/.test(text) }).toEqual({ method, url, status: scope === 'manage' ? 403 : 404, leaks: false });
    }
    expect((await ask('GET', '/v1/collections', { headers: STRANGER })).answer().collections).toEqual([]);
    expect((await ask('GET', base, { headers: ADMIN })).answer().documents).toEqual({ ready: 1 });
  });
});
