import { CortexProcess } from '@cortex/service-process';
import OpenAI, { toFile } from 'openai';
import { until } from './client';

const MODEL = 'cortex-embed-small';

interface Line {
  readonly custom_id: string;
  readonly response: { readonly status_code: number; readonly body: OpenAI.CreateEmbeddingResponse & { readonly error?: { readonly code: string } } };
  readonly error: unknown;
}

describe("OpenAI's own client, batches", () => {
  let server: CortexProcess;
  let client: OpenAI;
  beforeAll(async () => {
    server = await CortexProcess.start();
    client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: await server.key(), maxRetries: 0 });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const request = (id: string, body: object) => JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/embeddings', body: { model: MODEL, ...body } });
  const upload = async (lines: readonly string[]) => client.files.create({ file: await toFile(Buffer.from(lines.join('\n')), 'requests.jsonl'), purpose: 'batch' });
  const ended = ({ id }: OpenAI.Batch) => until('the batch ends', async () => {
    const batch = await client.batches.retrieve(id);
    return ['completed', 'failed', 'cancelled'].includes(batch.status) && batch;
  });
  const lines = async (file: string) => (await (await client.files.content(file)).text()).split('\n').filter(Boolean).map((line) => JSON.parse(line) as Line);

  it('uploads, lists, reads and deletes files', async () => {
    const file = await upload([request('1', { input: 'a' })]);
    expect(file).toMatchObject({ object: 'file', filename: 'requests.jsonl', purpose: 'batch', bytes: request('1', { input: 'a' }).length });
    expect(await client.files.retrieve(file.id)).toEqual(file);
    const listed: string[] = [];
    for await (const { id } of await client.files.list({ limit: 1 })) listed.push(id);
    expect(listed).toContain(file.id);
    expect(await client.files.waitForProcessing(file.id)).toMatchObject({ status: 'processed' });
    expect(await client.files.delete(file.id)).toEqual({ id: file.id, object: 'file', deleted: true });
    await expect(client.files.retrieve(file.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('embeds a file of requests as the embeddings route does', async () => {
    const inputs = Array.from({ length: 300 }, (_, index) => (index === 7 ? '' : index % 10 === 3 ? [`text ${index}`, 'another'] : `text ${index}`));
    const file = await upload(inputs.map((input, index) => request(`request-${index}`, { input })));
    const begun = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/embeddings', completion_window: '24h', metadata: { run: 'nightly' } });
    expect(begun).toMatchObject({ object: 'batch', input_file_id: file.id, metadata: { run: 'nightly' } });

    const batch = await ended(begun);
    expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 300, completed: 299, failed: 1 } });
    const answers = await lines(batch.output_file_id!);
    expect(answers.map(({ custom_id: id }) => id)).toEqual(inputs.flatMap((_, index) => (index === 7 ? [] : [`request-${index}`])));
    for (const index of [0, 3, 299]) {
      const direct = await client.embeddings.create({ model: MODEL, input: inputs[index]!, encoding_format: 'float' });
      expect(answers.find(({ custom_id: id }) => id === `request-${index}`)).toMatchObject({ response: { status_code: 200, body: direct }, error: null });
    }
    const [refused] = await lines(batch.error_file_id!);
    expect(refused).toMatchObject({ custom_id: 'request-7', response: { status_code: 400, body: { error: { code: 'REQUEST.INVALID' } } } });
    expect((await client.batches.list()).data.map(({ id }) => id)).toContain(batch.id);
    expect((await client.files.retrieve(batch.output_file_id!)).purpose).toBe('batch_output');
  });

  it('cancels', async () => {
    const file = await upload(Array.from({ length: 20_000 }, (_, index) => request(String(index), { input: `text ${index}` })));
    const begun = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/embeddings', completion_window: '24h' });
    expect(['cancelling', 'cancelled']).toContain((await client.batches.cancel(begun.id)).status);
    expect((await ended(begun)).status).toBe('cancelled');
  });

  it.each([
    ['a file that there is not', () => client.batches.create({ input_file_id: 'file-none', endpoint: '/v1/embeddings', completion_window: '24h' }), OpenAI.NotFoundError],
    ['an endpoint that is not served', () => client.batches.create({ input_file_id: 'file-none', endpoint: '/v1/chat/completions', completion_window: '24h' }), OpenAI.BadRequestError],
    ['a batch that there is not', () => client.batches.retrieve('batch_none'), OpenAI.NotFoundError],
    ['a purpose that is not served', async () => client.files.create({ file: await toFile(Buffer.from('x'), 'x'), purpose: 'fine-tune' }), OpenAI.BadRequestError],
  ])('refuses %s with its own error', async (_what, ask, type) => {
    await expect(ask()).rejects.toBeInstanceOf(type);
  });
});
