import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { bundledModelsFolder } from './bundled-models-folder';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>;
  readonly variants: Readonly<Record<string, { readonly file: string; readonly batchInvariant: boolean }>>;
  readonly vocabularySize: number;
  readonly license: string;
}

const models = readdirSync(bundledModelsFolder()).flatMap((name) => readdirSync(join(bundledModelsFolder(), name)).map((version) => [name, version] as const));
const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'cortex-model.json'), 'utf8'));

describe('bundledModelsFolder', () => {
  it('is absolute and holds cortex-embed-small', () => {
    expect(isAbsolute(bundledModelsFolder())).toBe(true);
    expect(models).toContainEqual(['cortex-embed-small', '1']);
  });
});

describe.each(models)('%s version %s', (name, version) => {
  const folder = join(bundledModelsFolder(), name, version);

  it('is named as its folders, licensed, and has a card', () => {
    expect(manifestOf(folder)).toMatchObject({ name, version, license: 'Apache-2.0' });
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(`# ${name}`);
  });

  it('has the files that its manifest pins, and no others', () => {
    const { files } = manifestOf(folder);
    for (const [file, pin] of Object.entries(files)) {
      const content = readFileSync(join(folder, file));
      expect({ sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length }).toEqual(pin);
    }
    expect(readdirSync(folder).sort()).toEqual([...Object.keys(files), 'README.md', 'cortex-model.json'].sort());
  });
});

describe('cortex-embed-small', () => {
  const folder = join(bundledModelsFolder(), 'cortex-embed-small/1');
  const { vocabularySize } = manifestOf(folder);
  const tokenizer = new Tokenizer(JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')), {});
  const idsOf = (text: string) => tokenizer.encode(text).ids;
  let session: InferenceSession;

  beforeAll(async () => (session = await InferenceSession.create(join(folder, 'model.onnx'), { intraOpNumThreads: 1 })));
  afterAll(() => session.release());

  const embed = async (rows: readonly (readonly number[])[], length = Math.max(...rows.map((row) => row.length))): Promise<Float32Array[]> => {
    const cells = rows.flatMap((row) => Array.from({ length }, (_, position) => row[position]));
    const tensor = (values: readonly number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), [rows.length, length]);
    const { sentence_embedding: output } = await session.run({
      input_ids: tensor(cells.map((id) => id ?? 0)),
      attention_mask: tensor(cells.map((id) => (id === undefined ? 0 : 1))),
    });
    const [, width] = output!.dims;
    return rows.map((_, row) => (output!.data as Float32Array).slice(row * width!, (row + 1) * width!));
  };
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  const bitsOf = (vector: Float32Array) => [...new Uint32Array(vector.buffer, vector.byteOffset, vector.length)];
  const tokens = (minLength: number) => fc.array(fc.nat(vocabularySize - 1), { minLength, maxLength: 256 });

  it('gives 256 numbers of length 1', async () => {
    const [vector] = await embed([idsOf('a quick brown fox')]);
    expect(vector).toHaveLength(256);
    expect(Math.sqrt(dot(vector!, vector!))).toBeCloseTo(1, 6);
  });

  it('puts alike texts nearer than others', async () => {
    const [subject, alike, other] = await embed(['a quick brown fox', 'a fast fox', 'stock market falls'].map(idsOf));
    expect(dot(subject!, alike!)).toBeGreaterThan(dot(subject!, other!) + 0.2);
  });

  it('adds no special tokens, cuts nothing, pads nothing', () => {
    expect(idsOf('')).toEqual([]);
    expect(idsOf('fox '.repeat(1_000))).toEqual(Array(1_000).fill(idsOf('fox')[0]));
  });

  it('gives zeros for a text without tokens, alone and beside others', async () => {
    const zeros = Array(256).fill(0);
    expect([...(await embed([[]], 0))[0]!]).toEqual(zeros);
    expect([...(await embed([[]], 3))[0]!]).toEqual(zeros);
    expect([...(await embed([idsOf('fox'), []]))[1]!]).toEqual(zeros);
  });

  it('does not see special tokens', async () => {
    const [plain, framed] = await embed([idsOf('a fast fox'), [101, ...idsOf('a fast fox'), 102]]);
    expect(bitsOf(framed!)).toEqual(bitsOf(plain!));
  });

  it('gives the same bits alone and in any padded batch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tokens(0), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 40 }), async (rows, padding) => {
        const together = await embed(rows, Math.max(...rows.map((row) => row.length)) + padding);
        for (const [index, row] of rows.entries()) {
          const [alone] = await embed([row], Math.max(row.length, 1));
          expect(bitsOf(together[index]!)).toEqual(bitsOf(alone!));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same bits in any order of the tokens', async () => {
    await fc.assert(
      fc.asyncProperty(tokens(1), async (row) => {
        const [forward, backward] = await embed([row, [...row].reverse()]);
        expect(bitsOf(backward!)).toEqual(bitsOf(forward!));
      }),
      { numRuns: 40 },
    );
  });

  it('stays exact over the longest text that the manifest allows', async () => {
    const word = idsOf('fox')[0]!;
    const [once, often] = await embed([[word], Array(8_192).fill(word)]);
    expect(dot(once!, often!)).toBeCloseTo(1, 5);
  });
});
