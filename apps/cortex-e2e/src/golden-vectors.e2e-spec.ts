import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasExactInt8Products } from '@cortex/onnx/testing';
import { CortexProcess, encoderFolder, sharedModels } from '@cortex/service-process';

const describeWithEncoder = existsSync(encoderFolder) ? describe : describe.skip;

interface Reference {
  readonly sentences: readonly { readonly text: string; readonly input_ids: readonly number[]; readonly embedding: readonly number[] }[];
}

describeWithEncoder('all-MiniLM-L6-v2 over HTTP', () => {
  let server: CortexProcess;
  let headers: Record<string, string>;
  let golden: Reference['sentences'];
  beforeAll(async () => {
    golden = (JSON.parse(readFileSync(join(encoderFolder, 'reference.json'), 'utf8')) as Reference).sentences;
    server = await CortexProcess.start({ MODEL_DIR: sharedModels, CORTEX_DEFAULT_MODELS: 'embed=all-MiniLM-L6-v2' });
    headers = await server.headers();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const embed = async (model: string, input: readonly string[]) => {
    const response = await fetch(`${server.url}/v1/embeddings`, { method: 'POST', headers: { ...headers, 'cache-control': 'no-store' }, body: JSON.stringify({ model, input, encoding_format: 'base64' }) });
    if (!response.ok) throw new Error(await response.text());
    const { data } = (await response.json()) as { data: { embedding: string }[] };
    return data.map(({ embedding }) => Buffer.from(embedding, 'base64'));
  };

  it.each([
    ['fp32', 0.9999],
    ['int8', hasExactInt8Products() ? 0.98 : 0.97],
  ])('gives the golden vectors with %s, cosine of at least %p', async (variant, floor) => {
    const response = await fetch(`${server.url}/embed`, { method: 'POST', headers, body: JSON.stringify({ inputs: golden.map(({ text }) => text), truncate: true, model: `all-MiniLM-L6-v2+${variant}` }) });
    const vectors = (await response.json()) as number[][];
    for (const [index, { embedding }] of golden.entries()) expect(cosine(vectors[index]!, embedding)).toBeGreaterThanOrEqual(floor);
  });

  it('reads every golden text as the same tokens', async () => {
    const response = await fetch(`${server.url}/tokenize`, { method: 'POST', headers, body: JSON.stringify({ inputs: golden.map(({ text }) => text), model: 'all-MiniLM-L6-v2' }) });
    const tokens = (await response.json()) as { id: number }[][];
    for (const [index, { input_ids }] of golden.entries()) {
      const ids = tokens[index]!.map(({ id }) => id);
      // The longest text is cut at 256 tokens for the model, and shown whole here.
      const cut = ids.length > input_ids.length ? [...ids.slice(0, input_ids.length - 1), ids.at(-1)] : ids;
      expect(cut).toEqual(input_ids);
    }
  });

  it.each(['fp32', 'int8'])('gives the same bits alone and in any batch with %s', async (variant) => {
    const words = 'the boundary layer of a thin wing in supersonic flow with heat transfer at the wall'.split(' ');
    const texts = Array.from({ length: 60 }, (_, index) => Array.from({ length: 1 + ((index * 37) % 120) }, (_word, at) => words[(at * 7 + index) % words.length]).join(' '));
    const alone: Buffer[] = [];
    for (const text of texts) alone.push((await embed(`all-MiniLM-L6-v2+${variant}`, [text]))[0]!);
    const together = await Promise.all([embed(`all-MiniLM-L6-v2+${variant}`, texts), ...texts.map((text) => embed(`all-MiniLM-L6-v2+${variant}`, [text]))]);
    for (const [index, bytes] of alone.entries()) {
      expect(together[0]![index]!.equals(bytes)).toBe(true);
      expect(together[index + 1]![0]!.equals(bytes)).toBe(true);
    }
  });

  it('chooses int8 by itself, and says of the usual int8 that its bits depend on the batch', async () => {
    await embed('all-MiniLM-L6-v2', ['hello']);
    await embed('all-MiniLM-L6-v2+quantized', ['hello']);
    const model = async (id: string) => (await fetch(`${server.url}/v1/models/${encodeURIComponent(id)}`, { headers })).json();
    expect(await model('all-MiniLM-L6-v2')).toMatchObject({ variant: 'int8', batchInvariant: true, fidelity: expect.any(Number) as number });
    expect(await model('all-MiniLM-L6-v2+quantized')).toMatchObject({ variant: 'quantized', batchInvariant: false });
  });
});

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0;
  let squareA = 0;
  let squareB = 0;
  for (let index = 0; index < a.length; index += 1) {
    dot += a[index]! * b[index]!;
    squareA += a[index]! ** 2;
    squareB += b[index]! ** 2;
  }
  return dot / Math.sqrt(squareA * squareB);
}
