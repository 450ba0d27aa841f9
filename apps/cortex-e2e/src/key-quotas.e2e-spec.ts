import { CortexProcess } from '@cortex/service-process';
import OpenAI from 'openai';

const MODEL = 'cortex-embed-small';
const QUOTA = { resource: 'requests', limit: 3, windowMs: 60_000 };

interface KeyAnswer {
  readonly id: string;
  readonly key: string;
  readonly quotas: readonly { readonly spent?: number; readonly refillsInMs?: number }[];
}

describe("A key's quota", () => {
  let server: CortexProcess;
  beforeAll(async () => {
    server = await CortexProcess.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function create(quotas: readonly object[]): Promise<KeyAnswer> {
    const body = JSON.stringify({ name: 'e2e', tenant: 'e2e', scopes: ['infer'], quotas });
    return (await (await fetch(`${server.url}/v1/keys`, { method: 'POST', headers: await server.headers(), body })).json()) as KeyAnswer;
  }
  const show = async (id: string) => (await (await fetch(`${server.url}/v1/keys/${id}`, { headers: await server.headers() })).json()) as KeyAnswer;
  const embed = (key: string, input: string) => new OpenAI({ baseURL: `${server.url}/v1`, apiKey: key, maxRetries: 0 }).embeddings.create({ model: MODEL, input });

  /** Every window of a length ends at the same time: waits for the next one when this one is nearly over. */
  async function atTheStartOfAWindow(): Promise<void> {
    const { id, key } = await create([QUOTA]);
    await embed(key, 'which window is it');
    const { refillsInMs = Infinity } = (await show(id)).quotas[0]!;
    if (refillsInMs < 10_000) await new Promise((resolve) => setTimeout(resolve, refillsInMs + 50));
  }

  it('of three requests a minute refuses the fourth, says when to come back, and shows what is used', async () => {
    await atTheStartOfAWindow();
    const { id, key } = await create([QUOTA]);
    for (let count = 0; count < 3; count += 1) await embed(key, `text ${count}`);
    const refusal: unknown = await embed(key, 'one more').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(OpenAI.RateLimitError);
    const retryAfter = Number((refusal as InstanceType<typeof OpenAI.RateLimitError>).headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect((await show(id)).quotas[0]).toMatchObject({ ...QUOTA, spent: 3 });
  });

  it('leaves other keys alone', async () => {
    const { key } = await create([{ ...QUOTA, limit: 1 }]);
    await embed(key, 'the only one');
    const other = await create([]);
    expect((await embed(other.key, 'another key')).data).toHaveLength(1);
  });
});
