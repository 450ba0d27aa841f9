import { CortexProcess } from '@cortex/service-process';
import OpenAI from 'openai';

describe("OpenAI's own client", () => {
  let server: CortexProcess;
  let client: OpenAI;
  beforeAll(async () => {
    server = await CortexProcess.start();
    client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: await server.key(), maxRetries: 0 });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('lists models', async () => {
    const models = await client.models.list();
    expect(models.data.map(({ id }) => id)).toContain('cortex-embed-small');
    expect(await client.models.retrieve('cortex-embed-small')).toMatchObject({ id: 'cortex-embed-small', object: 'model' });
  });

  it('embeds a string, by default as base64 that the client decodes', async () => {
    const { data, model, usage } = await client.embeddings.create({ model: 'cortex-embed-small', input: 'hello world' });
    expect(data[0]!.embedding).toHaveLength(256);
    expect(norm(data[0]!.embedding)).toBeCloseTo(1, 5);
    expect(model).toBe('cortex-embed-small');
    expect(usage).toEqual({ prompt_tokens: 2, total_tokens: 2 });
  });

  it('gives the same numbers as floats, in a list and alone', async () => {
    const input = ['the first text', 'another one', 'the first text'];
    const [floats, base64, alone] = await Promise.all([
      client.embeddings.create({ model: 'cortex-embed-small', input, encoding_format: 'float' }),
      client.embeddings.create({ model: 'cortex-embed-small', input }),
      client.embeddings.create({ model: 'cortex-embed-small', input: input[1]! }),
    ]);
    expect(floats.data.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const [index, { embedding }] of floats.data.entries()) expect(Float32Array.from(embedding)).toEqual(Float32Array.from(base64.data[index]!.embedding));
    expect(alone.data[0]!.embedding).toEqual(base64.data[1]!.embedding);
    expect(base64.data[0]!.embedding).toEqual(base64.data[2]!.embedding);
  });

  it('takes token ids as they are', async () => {
    const { data, usage } = await client.embeddings.create({ model: 'cortex-embed-small', input: [[7592, 2088], [2178]] });
    expect(data).toHaveLength(2);
    expect(usage.prompt_tokens).toBe(3);
    const words = await client.embeddings.create({ model: 'cortex-embed-small', input: 'hello world' });
    expect(words.data[0]!.embedding).toEqual(data[0]!.embedding);
  });

  it('shortens vectors where the model can', async () => {
    const { data } = await client.embeddings.create({ model: 'cortex-embed-small', input: 'hello world', dimensions: 64 });
    expect(data[0]!.embedding).toHaveLength(64);
    expect(norm(data[0]!.embedding)).toBeCloseTo(1, 5);
  });

  it.each([
    ['an unknown model', { model: 'nothing', input: 'x' }, OpenAI.NotFoundError, /cortex-embed-small/],
    ['an empty string', { model: 'cortex-embed-small', input: '' }, OpenAI.BadRequestError, /input/],
    ['an empty list', { model: 'cortex-embed-small', input: [] }, OpenAI.BadRequestError, /input/],
    ['more than 2,048 inputs', { model: 'cortex-embed-small', input: Array.from({ length: 2049 }, () => 'x') }, OpenAI.BadRequestError, /2048/],
    ['a token id outside the vocabulary', { model: 'cortex-embed-small', input: [[999_999]] }, OpenAI.BadRequestError, /check_embedding_ctx_length/],
    ['more dimensions than there are', { model: 'cortex-embed-small', input: 'x', dimensions: 4096 }, OpenAI.BadRequestError, /dimensions/],
  ])('refuses %s with its own error', async (_what, body, type, message) => {
    const refused = client.embeddings.create(body).catch((error: unknown) => error);
    expect(await refused).toBeInstanceOf(type);
    expect(String(await refused)).toMatch(message);
  });

  it('refuses a wrong key', async () => {
    const stranger = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'not-the-key', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  });
});

function norm(vector: readonly number[]): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
