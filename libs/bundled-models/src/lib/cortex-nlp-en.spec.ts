import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { bundledModelsFolder } from './bundled-models-folder';

interface Golden {
  readonly text: string;
  readonly ids: readonly number[];
  readonly cases: readonly number[];
  readonly logits: readonly (readonly number[])[];
  readonly spans: readonly (readonly [number, number, string])[];
}

type Row = Pick<Golden, 'ids' | 'cases'>;

const folder = join(bundledModelsFolder(), 'cortex-nlp-en/1');
const json = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const WIDTH = 9;

describe('cortex-nlp-en', () => {
  const golden: readonly Golden[] = json('golden.json');
  const tokenizer = new Tokenizer(json('tokenizer.json'), {});
  let session: InferenceSession;

  beforeAll(async () => (session = await InferenceSession.create(join(folder, 'model.onnx'), { intraOpNumThreads: 1 })));
  afterAll(() => session.release());

  const run = async (rows: readonly Row[], length = Math.max(...rows.map(({ ids }) => ids.length))): Promise<Float32Array[]> => {
    const tensor = (cell: (row: Row, at: number) => number) =>
      new Tensor('int64', BigInt64Array.from(rows.flatMap((row) => Array.from({ length }, (_, at) => BigInt(cell(row, at))))), [rows.length, length]);
    const { tokens } = await session.run({
      input_ids: tensor(({ ids }, at) => ids[at] ?? 0),
      attention_mask: tensor(({ ids }, at) => Number(at < ids.length)),
      token_type_ids: tensor(({ cases }, at) => cases[at] ?? 0),
    });
    return rows.map(({ ids }, row) => (tokens!.data as Float32Array).slice(row * length * WIDTH, (row * length + ids.length) * WIDTH));
  };
  const bitsOf = (numbers: Float32Array) => [...new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length)];

  it.each(golden)('reads "$text" as it was trained to', async ({ text, ids, cases, logits }) => {
    expect(tokenizer.encode(text).ids).toEqual(ids);
    const [found] = await run([{ ids, cases }]);
    logits.flat().forEach((logit, at) => expect(Math.abs(found![at]! - logit)).toBeLessThan(0.05));
  });

  it('gives the same bits alone and in a padded batch', async () => {
    const together = await run(golden, 64);
    for (const [index, row] of golden.entries()) expect(bitsOf(together[index]!)).toEqual(bitsOf((await run([row]))[0]!));
  });

  it('knows names by their letter case, and some without it', () => {
    const textsOf = ({ text, spans }: Golden) => spans.map(([start, stop, label]) => `${text.slice(start, stop)} ${label}`);
    expect(textsOf(golden[0]!)).toEqual(['Barack Obama PER', 'Berlin LOC']);
    expect(textsOf(golden[1]!)).toEqual(expect.arrayContaining(['ANGELA MERKEL PER', 'PARIS LOC']));
  });

  it('tells praise from blame', () => {
    const mood = (text: string) => golden.find((one) => one.text === text)!.logits[0]!.slice(7);
    const [blame, praise] = [mood('A dull, lifeless bore of a movie.'), mood("The film wasn't good, it was wonderful!")];
    expect(blame[0]).toBeGreaterThan(blame[1]! + 1);
    expect(praise[1]).toBeGreaterThan(praise[0]! + 1);
  });
});
