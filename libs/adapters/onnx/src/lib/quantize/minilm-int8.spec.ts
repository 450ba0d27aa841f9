import { LoadFailedError, type ModelArtifact, type ModelSession, type TokenRow } from '@cortex/inference';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelFolder } from '../../testing';
import { hasMiniLm, miniLm, miniLmReference } from '../../testing/minilm';
import { hasTexts, textRows } from '../../testing/minilm-texts';
import { OnnxModelRuntime } from '../onnx-model-runtime';

interface Reference {
  readonly sentences: readonly { readonly input_ids: number[]; readonly embedding: number[] }[];
}

const fp32 = miniLm('fp32');

(hasMiniLm ? describe : describe.skip)('int8 derived from all-MiniLM-L6-v2', () => {
  let folder: ModelFolder;
  let runtime: OnnxModelRuntime;
  let derived: ModelArtifact;
  let session: ModelSession;

  beforeAll(async () => {
    folder = await ModelFolder.make();
    runtime = new OnnxModelRuntime({ threads: 2, nice: 0, cacheDir: join(folder.path, 'cache') });
    derived = await runtime.derive(fp32, 'int8');
    session = await runtime.open(derived);
  }, 120_000);

  afterAll(async () => {
    await runtime.close();
    await folder[Symbol.asyncDispose]();
  });

  it('is offered for the fp32 variant alone', async () => {
    const nothing = { kept: [], missing: [] };
    const offers = await Promise.all([fp32, derived, { ...derived, variant: 'fp32' }, { ...fp32, maxTokens: 0 }].map((artifact) => runtime.derivatives(artifact)));
    expect(offers).toEqual([{ kept: [derived], missing: [] }, nothing, nothing, nothing]);
  }, 30_000);

  it('is about a quarter of the size', async () => {
    expect((await stat(derived.file)).size / (await stat(fp32.file)).size).toBeLessThan(0.265);
  });

  it('is the same file when it is derived twice at once', async () => {
    const both = ['first', 'second'].map((name) => new OnnxModelRuntime({ threads: 1, nice: 0, cacheDir: join(folder.path, name) }));
    const again = await Promise.all(both.map((one) => one.derive(fp32, 'int8')));
    expect(again.map(({ digest }) => digest)).toEqual([derived.digest, derived.digest]);
    await Promise.all(both.map((one) => one.close()));
  }, 60_000);

  it('refuses other variants and broken files, and leaves nothing behind', async () => {
    const kept = join(folder.path, 'cache/derived');
    const before = await readdir(kept);
    await expect(runtime.derive(fp32, 'int4')).rejects.toThrow(LoadFailedError);
    const broken = runtime.derive({ ...fp32, file: miniLmReference, digest: 'sha256:broken' }, 'int8');
    await expect(broken).rejects.toThrow(LoadFailedError);
    await expect(broken).rejects.not.toThrow(miniLmReference);
    expect(await readdir(kept)).toEqual(before);
  }, 30_000);

  it('promises that a row does not depend on its batch, and was measured to keep it', async () => {
    expect(await runtime.measure(derived)).toMatchObject({ batchInvariant: true });
  }, 60_000);

  it('agrees with the reference vectors to a cosine of 0.98, on any processor', async () => {
    const { sentences } = JSON.parse(await readFile(miniLmReference, 'utf8')) as Reference;
    const vectors = await vectorsOf(session, sentences.map(({ input_ids }) => ({ ids: Int32Array.from(input_ids) })), 1);
    const { least, mean } = agreement(vectors, sentences.map(({ embedding }) => embedding));
    expect(least).toBeGreaterThanOrEqual(0.98);
    expect(mean).toBeGreaterThanOrEqual(0.99);
  }, 60_000);

  (hasTexts ? describe : describe.skip)('on 200 texts of the shared collections', () => {
    let rows: TokenRow[];
    let alone: readonly Float32Array[];

    beforeAll(async () => {
      rows = textRows();
      alone = await vectorsOf(session, rows, 1);
    }, 120_000);

    it('agrees with fp32 to a cosine of 0.995, none below 0.98', async () => {
      const { least, mean } = agreement(alone, await vectorsOf(await runtime.open(fp32), rows, 8));
      expect(mean).toBeGreaterThanOrEqual(0.995);
      expect(least).toBeGreaterThanOrEqual(0.98);
    }, 180_000);

    it('agrees with the int8 that was made in Python', async () => {
      const { mean } = agreement(alone, await vectorsOf(await runtime.open(miniLm('int8')), rows, 8));
      expect(mean).toBeGreaterThanOrEqual(0.993);
    }, 180_000);

    it('gives the same bits alone and in padded batches of 16', async () => {
      expect(await vectorsOf(session, rows, 16)).toEqual(alone);
    }, 120_000);
  });
});

async function vectorsOf(session: ModelSession, rows: readonly TokenRow[], batchRows: number): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < rows.length; start += batchRows) {
    const batch = await session.run({ kind: 'tokens', rows: rows.slice(start, start + batchRows), head: { pooling: 'mean', normalize: true } });
    vectors.push(...(batch.vectors as Float32Array[]));
  }
  return vectors;
}

function agreement(actual: readonly ArrayLike<number>[], expected: readonly ArrayLike<number>[]): { least: number; mean: number } {
  const cosines = actual.map((vector, index) => Array.from(vector).reduce((sum, value, at) => sum + value * expected[index]![at]!, 0));
  return { least: Math.min(...cosines), mean: cosines.reduce((sum, value) => sum + value, 0) / cosines.length };
}
