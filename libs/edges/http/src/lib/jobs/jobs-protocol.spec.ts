import type { AddressInfo } from 'node:net';
import { chunksOf } from '@cortex/objects/testing';
import { ADMIN, serve, USER, type Served } from '../../testing/served';
import type { JobAnswer } from './jobs-schemas';

const STRANGER = { 'x-api-key': 'stranger-key' };
const ROWS = '{"id":1,"text":"ab"}\n{"id":2,"text":""}\n{"id":3,"text":"c"}\n';
const NDJSON = { 'content-type': 'application/x-ndjson' };

describe('JobsProtocol', () => {
  let served: Served;
  let base: string;

  beforeEach(async () => {
    served = await serve({ maxBodyBytes: 10_000 });
    await served.app.listen(0, '127.0.0.1');
    base = `http://127.0.0.1:${(served.app.getHttpServer().address() as AddressInfo).port}/v1/jobs`;
    await served.objects.write('tenants/acme/in/rows.jsonl', chunksOf(ROWS));
    await served.objects.write('tenants/other/secret.jsonl', chunksOf(ROWS));
  });
  afterEach(() => served[Symbol.asyncDispose]());

  const ask = async (method: string, path = '', { headers = USER as Record<string, string>, body }: { headers?: Record<string, string>; body?: object | string } = {}) => {
    const type: Record<string, string> = typeof body === 'object' ? { 'content-type': 'application/json' } : {};
    const response = await fetch(base + path, { method, headers: { ...type, ...headers }, body: typeof body === 'object' ? JSON.stringify(body) : body });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, answer: () => JSON.parse(text) as JobAnswer & { jobs: JobAnswer[]; code: string; detail: string } };
  };
  const order = (differs: object = {}) => ({ model: 'cortex-embed-small', input: { objectKey: 'in/rows.jsonl' }, ...differs });
  const submit = async (body: object | string = order(), headers?: Record<string, string>, query = '') => (await ask('POST', query, { body, headers: { ...USER, ...headers } })).answer();
  const ended = async (id: string) => {
    const response = await fetch(`${base}/${id}/events`, { headers: USER });
    const events = (await response.text()).trim().split('\n\n').map((event) => /^event: (\w+)\ndata: (.*)$/.exec(event)!.slice(1) as [string, string]);
    return events.map(([event, data]) => ({ event, job: JSON.parse(data) as JobAnswer }));
  };

  it('answers the rows of an object, tells of its progress and its end, and gives the output', async () => {
    const begun = await ask('POST', '', { body: order() });
    const { id, state } = begun.answer();
    expect([begun.status, begun.headers.get('location'), state]).toEqual([202, `/v1/jobs/${id}`, 'queued']);
    const events = await ended(id);
    expect(events.at(-1)).toMatchObject({ event: 'end', job: { state: 'succeeded', counts: { total: 3, done: 2, failed: 1 }, progress: 1, model: 'cortex-embed-small@1+fp32', attempts: 1 } });
    expect(events.slice(0, -1).every(({ event }) => event === 'progress')).toBe(true);
    const output = await ask('GET', `/${id}/output`);
    expect(output.text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as object)).toEqual([
      { id: 1, embedding: [2, 0.1000000015, -0.25, 0.3333333433] },
      { id: 2, error: { code: 'BATCH.BAD_ROW', message: 'text: the text is empty' } },
      { id: 3, embedding: [1, 0.1000000015, -0.25, 0.3333333433] },
    ]);
    expect(output.headers.get('content-type')).toBe('application/x-ndjson');
    expect((await ask('GET', `/${id}`)).answer().output).toEqual({ objectKey: `jobs/${id}/output.jsonl`, bytes: output.text.length, rows: 3 });
  });

  it.each(['application/x-ndjson', 'application/jsonl', 'application/x-ndjson; charset=utf-8'])('takes the rows themselves as %s, more than a body may hold, with the rest in the query', async (type) => {
    const rows = Array.from({ length: 1_000 }, (_, index) => `{"id":${index},"text":"text ${index}"}\n`).join('');
    expect(rows.length).toBeGreaterThan(20_000);
    const { id } = await submit(rows, { 'content-type': type }, '?model=cortex-embed-small&errors=separate&truncate=true');
    expect((await ended(id)).at(-1)!.job).toMatchObject({ state: 'succeeded', counts: { done: 1_000, failed: 0 }, errors: { rows: 0 } });
    expect(served.texts.requests.at(-1)).toMatchObject({ truncate: true });
    expect((await ask('GET', `/${id}/output?file=errors`)).text).toBe('');
    expect((await ask('DELETE', `/${id}`)).text).toBe(JSON.stringify({ id, state: 'removed' }));
    expect([...served.objects.kept.keys()].filter((key) => key.startsWith('tenants/acme/')).length).toBe(1);
  });

  it('runs with low priority, whatever the request that began it', async () => {
    const { id } = await submit(order(), { ...ADMIN, 'x-cortex-priority': 'critical' });
    await ended(id);
    expect(served.texts.contexts.every(({ priority, tenant }) => priority === 'low' && tenant === 'acme')).toBe(true);
  });

  it.each<[string, object, number, string, RegExp]>([
    ['neither object nor file', order({ input: {} }), 400, 'REQUEST.INVALID', /either objectKey or fileId/],
    ['a field that there is not', order({ outputs: {} }), 400, 'REQUEST.INVALID', /outputs/],
    ['a format that there is not', order({ input: { objectKey: 'in/rows.jsonl', format: 'xml' } }), 400, 'REQUEST.INVALID', /input\.format/],
    ['a parameter that there is not', order({ parameters: { dimension: 3 } }), 400, 'BATCH.INVALID_ORDER', /parameters.*dimension/],
    ['a model that there is not', order({ model: 'none' }), 404, 'REGISTRY.MODEL_NOT_FOUND', /none/],
    ['a model for something else', order({ task: 'rerank', model: 'judge' }), 400, 'BATCH.INVALID_ORDER', /judge/],
    ['an object that there is not', order({ input: { objectKey: 'in/none.jsonl' } }), 404, 'BATCH.INPUT_NOT_FOUND', /none/],
    ['an object of another tenant', order({ input: { objectKey: '../other/secret.jsonl' } }), 400, 'OBJECTS.BAD_KEY', /object key/],
    ['a file that there is not', order({ input: { fileId: 'file-1' } }), 404, 'BATCH.FILE_NOT_FOUND', /file-1/],
  ])('refuses %s', async (_what, body, status, code, detail) => {
    const refused = await ask('POST', '', { body });
    expect(refused).toMatchObject({ status });
    expect(refused.answer()).toMatchObject({ code, detail: expect.stringMatching(detail) });
  });

  it('refuses a body of another type, one that is larger than a file may be, and an order larger than a body may be', async () => {
    expect((await ask('POST', '', { body: 'a,b', headers: { ...USER, 'content-type': 'text/csv' } })).answer().code).toBe('REQUEST.UNSUPPORTED_CONTENT');
    expect(await ask('POST', '?model=cortex-embed-small', { body: 'x'.repeat(200_000), headers: { ...USER, ...NDJSON } })).toMatchObject({ status: 413 });
    expect((await ask('POST', '', { body: order({ parameters: { x: 'y'.repeat(20_000) } }) })).answer().code).toBe('REQUEST.BODY_TOO_LARGE');
  });

  it('keeps nothing of rows whose order is refused', async () => {
    expect(await ask('POST', '?model=none', { body: ROWS, headers: { ...USER, ...NDJSON } })).toMatchObject({ status: 404 });
    expect((await served.files.list('acme', { limit: 10 }))).toEqual([]);
  });

  it('shows a job to its tenant alone', async () => {
    const { id } = await submit();
    await ended(id);
    for (const [method, path] of [['GET', ''], ['GET', '/events'], ['GET', '/output'], ['POST', '/cancel'], ['POST', '/retry'], ['DELETE', '']] as const) {
      const refused = await ask(method, `/${id}${path}`, { headers: STRANGER });
      expect([refused.status, refused.answer().code]).toEqual([404, 'JOBS.NOT_FOUND']);
    }
    expect((await ask('GET', '', { headers: STRANGER })).answer()).toEqual({ jobs: [] });
    expect(await ask('GET', `/${id}`)).toMatchObject({ status: 200 });
  });

  it('lists the newest first, a page at a time, by state', async () => {
    const ids = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push((await submit()).id);
      await ended(ids.at(-1)!);
    }
    const page = async (query: string) => (await ask('GET', query)).answer().jobs.map(({ id }) => id);
    expect(await page('?limit=2')).toEqual([ids[2], ids[1]]);
    expect(await page(`?limit=2&after=${ids[1]}`)).toEqual([ids[0]]);
    expect(await page('?state=failed')).toEqual([]);
    expect(await page('?state=succeeded')).toHaveLength(3);
  });

  it('cancels, goes on when it is asked to, and says what a state does not allow', async () => {
    const go = holdUp(served);
    const { id } = await submit();
    expect(await ask('GET', `/${id}/output`)).toMatchObject({ status: 409 });
    expect((await ask('DELETE', `/${id}`)).answer().code).toBe('JOBS.STATE');
    await ask('POST', `/${id}/cancel`);
    expect((await ended(id)).at(-1)!.job.state).toBe('cancelled');
    expect((await ask('GET', `/${id}/output`)).answer().code).toBe('BATCH.NOT_READY');
    go();
    expect((await ask('POST', `/${id}/retry`)).answer().state).toBe('queued');
    expect((await ended(id)).at(-1)!.job).toMatchObject({ state: 'succeeded', counts: { done: 2, failed: 1 } });
    expect((await ask('POST', `/${id}/retry`)).answer().code).toBe('JOBS.STATE');
  });
});

/** Texts are embedded once the spec says so, and not for whom leaves before; the probe passes. */
function holdUp({ texts }: Served): () => void {
  let go: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  const embed = texts.embed.bind(texts);
  texts.embed = async (request, context) => {
    const left = new Promise<void>((leave) => context.signal.addEventListener('abort', () => leave(), { once: true }));
    if (request.texts[0] !== 'text') await Promise.race([held, left]);
    context.signal.throwIfAborted();
    return embed(request, context);
  };
  return go;
}
