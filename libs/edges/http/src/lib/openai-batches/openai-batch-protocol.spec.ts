import type { AddressInfo } from 'node:net';
import { ADMIN, serve, USER, type Served } from '../../testing/served';
import type { BatchAnswer, FileAnswer } from './batches-schemas';

const STRANGER = { 'x-api-key': 'stranger-key' };

interface Line {
  readonly id: string;
  readonly custom_id: string | null;
  readonly response: { readonly status_code: number; readonly request_id: string; readonly body: Record<string, unknown> } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}
interface Page<T> {
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

const request = (customId: string, body: object, differs: object = {}) => JSON.stringify({ custom_id: customId, method: 'POST', url: '/v1/embeddings', body: { model: 'cortex-embed-small', ...body }, ...differs });

describe('OpenAiBatchProtocol', () => {
  let served: Served;
  let base: string;

  beforeEach(async () => {
    served = await serve({ maxBodyBytes: 10_000 });
    await served.app.listen(0, '127.0.0.1');
    base = `http://127.0.0.1:${(served.app.getHttpServer().address() as AddressInfo).port}/v1`;
  });
  afterEach(() => served[Symbol.asyncDispose]());

  const ask = async (method: string, path: string, { body, headers = USER as Record<string, string> }: { readonly body?: object; readonly headers?: Record<string, string> } = {}) => {
    const form = body instanceof FormData;
    const response = await fetch(base + path, { method, headers: { ...(body && !form && { 'content-type': 'application/json' }), ...headers }, body: form ? body : body && JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, type: response.headers.get('content-type'), text, answer: <T>() => JSON.parse(text) as T };
  };
  const formOf = (content: string, purpose: string | undefined = 'batch', filename = 'requests.jsonl') => {
    const form = new FormData();
    form.append('file', new Blob([content]), filename);
    if (purpose) form.append('purpose', purpose);
    return form;
  };
  const upload = async (content: string, headers: Record<string, string> = USER) => (await ask('POST', '/files', { body: formOf(content), headers })).answer<FileAnswer>();
  const begin = async (content: string, differs: object = {}) => {
    const { id } = await upload(content);
    return ask('POST', '/batches', { body: { input_file_id: id, endpoint: '/v1/embeddings', completion_window: '24h', ...differs } });
  };
  const ended = async ({ id }: BatchAnswer) => {
    for (let looks = 0; looks < 200; looks += 1) {
      const batch = (await ask('GET', `/batches/${id}`)).answer<BatchAnswer>();
      if (['completed', 'failed', 'cancelled'].includes(batch.status)) return batch;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('the batch did not end');
  };
  const linesOf = async (id: string | null) => (await ask('GET', `/files/${id}/content`)).text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Line);

  describe('files', () => {
    it('keeps what is uploaded, and gives it back', async () => {
      const kept = await upload('{"a":1}\n');
      expect(kept).toEqual({ id: expect.stringMatching(/^file-/), object: 'file', bytes: 8, created_at: expect.any(Number), expires_at: null, filename: 'requests.jsonl', purpose: 'batch', status: 'processed' });
      expect((await ask('GET', `/files/${kept.id}`)).answer()).toEqual(kept);
      expect(await ask('GET', `/files/${kept.id}/content`, { headers: { ...USER, accept: 'application/binary' } })).toMatchObject({ status: 200, text: '{"a":1}\n', type: 'application/octet-stream' });
      expect((await ask('DELETE', `/files/${kept.id}`)).answer()).toEqual({ id: kept.id, object: 'file', deleted: true });
      expect((await ask('GET', `/files/${kept.id}`)).status).toBe(404);
    });

    it('takes a file that is larger than a body may be, and none that is larger than a file may be', async () => {
      expect((await upload('x'.repeat(60_000))).bytes).toBe(60_000);
      const refused = await ask('POST', '/files', { body: formOf('x'.repeat(200_000)) });
      expect([refused.status, refused.answer<{ error: { code: string } }>().error.code]).toEqual([413, 'BATCH.FILE_TOO_LARGE']);
    });

    it.each<[string, () => object, number, RegExp]>([
      ['no form', () => ({}), 415, /multipart\/form-data/],
      ['a form without a file', () => new FormData(), 400, /file/],
      ['a purpose that there is not', () => formOf('x', 'fine-tune'), 400, /purpose: expected batch/],
      ['no purpose', () => formOf('x', ''), 400, /purpose: expected batch or user_data, got nothing/],
    ])('refuses %s in its own form', async (_what, body, status, message) => {
      const refused = await ask('POST', '/files', { body: body() });
      expect(refused.status).toBe(status);
      expect(refused.answer<{ error: { message: string; type: string } }>().error).toMatchObject({ message: expect.stringMatching(message), type: 'invalid_request_error' });
      expect(served.objects.kept.size).toBe(0);
    });

    it('shows a file to its tenant alone', async () => {
      const { id } = await upload('x');
      for (const [method, path] of [['GET', ''], ['GET', '/content'], ['DELETE', '']] as const) expect((await ask(method, `/files/${id}${path}`, { headers: STRANGER })).status).toBe(404);
      expect((await ask('GET', '/files', { headers: STRANGER })).answer<Page<FileAnswer>>().data).toEqual([]);
    });

    it('lists a page at a time, those that batches made behind those uploaded', async () => {
      const batch = await ended((await begin(`${request('1', { input: 'a' })}\n${request('2', { input: '' })}\n`)).answer());
      const other = await upload('x');
      const seen: string[] = [];
      for (let after = ''; ; after = `&after=${seen.at(-1)}`) {
        const page = (await ask('GET', `/files?limit=1${after}`)).answer<Page<FileAnswer>>();
        seen.push(...page.data.map(({ id }) => id));
        if (!page.has_more) break;
      }
      expect(seen).toEqual([other.id, batch.input_file_id, batch.output_file_id, batch.error_file_id]);
      const outputs = (await ask('GET', '/files?purpose=batch_output')).answer<Page<FileAnswer>>();
      expect(outputs.data.map(({ purpose }) => purpose)).toEqual(['batch_output', 'batch_output']);
      await ask('DELETE', `/files/${batch.error_file_id}`);
      expect((await ask('GET', '/files')).answer<Page<FileAnswer>>().data).toHaveLength(3);
      expect((await ask('GET', `/files/${batch.error_file_id}`)).status).toBe(404);
      expect((await ask('GET', `/files/${batch.output_file_id}`, { headers: STRANGER })).status).toBe(404);
    });
  });

  describe('batches', () => {
    it('answers each request as the route does, and keeps those refused apart', async () => {
      const content = [
        request('one', { input: 'ab' }), request('many', { input: ['a', 'bcd'], encoding_format: 'base64' }), request('empty', { input: '' }), '{"custom_id":', request('other', { input: 'x', model: 'tiny' }),
        request('chat', {}, { url: '/v1/chat/completions' }), JSON.stringify({ method: 'POST' }), request('last', { input: 'xyz', dimensions: 2 }),
      ].join('\n');
      const begun = (await begin(content, { metadata: { run: '7' } })).answer<BatchAnswer>();
      expect(begun).toMatchObject({ object: 'batch', status: 'validating', endpoint: '/v1/embeddings', completion_window: '24h', metadata: { run: '7' }, output_file_id: null, errors: null, model: 'cortex-embed-small' });
      const batch = await ended(begun);
      expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 8, completed: 3, failed: 5 }, completed_at: expect.any(Number), failed_at: null });

      const [one, many, last] = await linesOf(batch.output_file_id);
      expect(one).toEqual({ id: expect.stringMatching(/^batch_req_[0-9a-f]{24}$/), custom_id: 'one', response: { status_code: 200, request_id: expect.any(String), body: expect.any(Object) }, error: null });
      expect(one!.response!.body).toEqual({ object: 'list', model: 'cortex-embed-small', usage: { prompt_tokens: 3, total_tokens: 3 }, data: [{ object: 'embedding', index: 0, embedding: [2, 0.1000000015, -0.25, 0.3333333433] }] });
      expect(many!.response!.body).toMatchObject({ usage: { prompt_tokens: 6 }, data: [{ index: 0, embedding: expect.any(String) }, { index: 1, embedding: Buffer.from(Float32Array.of(3, 0.1, -0.25, 1 / 3).buffer).toString('base64') }] });
      expect(last!.custom_id).toBe('last');

      const refused = await linesOf(batch.error_file_id);
      expect(refused.map(({ custom_id: id, response, error }) => [id, response?.status_code, (response?.body['error'] as { code: string } | undefined)?.code ?? error?.code])).toEqual([
        ['empty', 400, 'REQUEST.INVALID'], [null, undefined, 'BATCH.BAD_LINE'], ['other', 400, 'mismatched_model'], ['chat', 400, 'BATCH.BAD_ROW'], [null, undefined, 'BATCH.BAD_LINE'],
      ]);
      expect(refused[0]!.response!.body).toEqual({ error: { message: expect.stringContaining('empty'), type: 'invalid_request_error', param: null, code: 'REQUEST.INVALID' } });
    });

    it('gives no file of what there is none', async () => {
      const batch = await ended((await begin(request('1', { input: 'a' }))).answer());
      expect(batch).toMatchObject({ output_file_id: expect.any(String), error_file_id: null });
    });

    it.each<[string, string, object, number, RegExp]>([
      ['an endpoint that is not served', request('1', { input: 'a' }), { endpoint: '/v1/chat/completions' }, 400, /endpoint: expected \/v1\/embeddings/],
      ['a window that is not served', request('1', { input: 'a' }), { completion_window: '1h' }, 400, /completion_window/],
      ['a file that there is not', '', { input_file_id: 'file-none' }, 404, /file-none/],
      ['a file without a request', '{"text":"a"}\n[]\n', {}, 400, /input_file_id: expected a request a line/],
      ['a model that there is not', request('1', { input: 'a', model: 'none' }), {}, 404, /none/],
      ['a model for something else', request('1', { input: 'a', model: 'judge' }), {}, 400, /judge/],
    ])('refuses %s', async (_what, content, differs, status, message) => {
      const refused = await begin(content, differs);
      expect(refused.status).toBe(status);
      expect(refused.answer<{ error: { message: string } }>().error.message).toMatch(message);
    });

    it('refuses a file that was uploaded for something else', async () => {
      const { id } = (await ask('POST', '/files', { body: formOf(request('1', { input: 'a' }), 'user_data') })).answer<FileAnswer>();
      expect((await ask('POST', '/batches', { body: { input_file_id: id, endpoint: '/v1/embeddings', completion_window: '24h' } })).status).toBe(400);
    });

    it('shows a batch to its tenant alone, and jobs of other kinds to nobody here', async () => {
      const { id } = (await begin(request('1', { input: 'a' }))).answer<BatchAnswer>();
      expect((await ask('GET', `/batches/${id}`, { headers: ADMIN })).status).toBe(200);
      expect((await ask('GET', `/batches/${id}`, { headers: STRANGER })).status).toBe(404);
      expect((await ask('POST', `/batches/${id}/cancel`, { headers: STRANGER })).status).toBe(404);
      const job = id.slice('batch_'.length).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      expect((await ask('GET', `/jobs/${job}`)).status).toBe(404);
      expect((await ask('GET', '/jobs')).answer()).toEqual({ jobs: [] });
      expect((await ask('GET', '/batches/batch_00000000000040008000000000000000')).status).toBe(404);
    });

    it('lists the newest first, a page at a time', async () => {
      const ids: string[] = [];
      for (let count = 0; count < 3; count += 1) {
        ids.unshift((await ended((await begin(request('1', { input: 'a' }))).answer())).id);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      const first = (await ask('GET', '/batches?limit=2')).answer<Page<BatchAnswer>>();
      expect([first.data.map(({ id }) => id), first.has_more, first.last_id]).toEqual([ids.slice(0, 2), true, ids[1]]);
      const second = (await ask('GET', `/batches?limit=2&after=${first.last_id}`)).answer<Page<BatchAnswer>>();
      expect([second.data.map(({ id }) => id), second.has_more]).toEqual([ids.slice(2), false]);
    });

    it('stops when it is cancelled', async () => {
      const embed = served.texts.embed.bind(served.texts);
      served.texts.embed = async (asked, context) => {
        if (asked.texts[0] !== 'text') await new Promise<void>((leave) => context.signal.addEventListener('abort', () => leave(), { once: true }));
        context.signal.throwIfAborted();
        return embed(asked, context);
      };
      const begun = (await begin(request('1', { input: 'a' }))).answer<BatchAnswer>();
      expect(['cancelling', 'cancelled']).toContain((await ask('POST', `/batches/${begun.id}/cancel`)).answer<BatchAnswer>().status);
      expect(await ended(begun)).toMatchObject({ status: 'cancelled', cancelled_at: expect.any(Number), completed_at: null });
    });
  });
});
