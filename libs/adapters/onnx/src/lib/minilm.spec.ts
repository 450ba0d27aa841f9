import type { ModelSession, TokenRow, TokenWork } from '@cortex/inference';
import { modelRuntimeContract } from '@cortex/inference/testing';
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { hasExactInt8Products, ModelFolder } from '../testing';
import { hasMiniLm, miniLm, miniLmReference } from '../testing/minilm';
import { OnnxModelRuntime } from './onnx-model-runtime';

jest.setTimeout(60_000); // a real model opens slowly on a busy machine

interface Reference {
  readonly sentences: readonly { readonly input_ids: number[]; readonly embedding: number[] }[];
}

/** As the model's card says; its figures are from a processor with exact products. */
const int8Floor = hasExactInt8Products() ? 0.98 : 0.97;
const maybe = hasMiniLm ? describe : describe.skip;
const work = (rows: readonly TokenRow[]): TokenWork => ({ kind: 'tokens', rows, head: { pooling: 'mean', normalize: true } });

maybe('all-MiniLM-L6-v2 by OnnxModelRuntime', () => {
  let cache: ModelFolder;
  let runtime: OnnxModelRuntime;

  beforeAll(async () => {
    cache = await ModelFolder.make();
    runtime = new OnnxModelRuntime({ threads: 2, nice: 0, cacheDir: cache.path });
  });

  afterAll(async () => {
    await runtime.close();
    await cache[Symbol.asyncDispose]();
  });

  describe.each([['fp32', 0.9999], ['int8', int8Floor]] as const)('%s', (variant, fidelity) => {
    let session: ModelSession;

    beforeAll(async () => {
      session = await runtime.open(miniLm(variant));
    }, 60_000);

    it(`agrees with the reference vectors to a cosine of ${fidelity}`, async () => {
      const { sentences } = JSON.parse(await readFile(miniLmReference, 'utf8')) as Reference;
      for (const { input_ids, embedding } of sentences) {
        const { vectors } = await session.run(work([{ ids: Int32Array.from(input_ids) }]));
        expect(cosine(vectors[0]!, embedding)).toBeGreaterThanOrEqual(fidelity);
      }
    }, 60_000);

    it('gives a row the same bits alone and in any mix of lengths', async () => {
      const row = fc.array(fc.integer({ min: 999, max: 30_000 }), { minLength: 1, maxLength: 40 }).map((ids) => ({ ids: Int32Array.from(ids) }));
      await fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 5 }), async (rows) => {
          const together = (await session.run(work(rows))).vectors;
          for (const [index, one] of rows.entries()) expect((await session.run(work([one]))).vectors[0]).toEqual(together[index]);
        }),
        { numRuns: 8 },
      );
    }, 120_000);

    it('gives the same bits from the mapped copy as from the file', async () => {
      await using plain = new ClosingRuntime({ threads: 1, nice: 0 });
      const rows = work([{ ids: Int32Array.of(101, 2023, 2003, 102) }, { ids: Int32Array.of(101, 102) }]);
      const unmapped = await (await plain.open(miniLm(variant))).run(rows);
      expect((await session.run(rows)).vectors).toEqual(unmapped.vectors);
    }, 60_000);

    it('runs on inference threads and says that a row may share a batch', async () => {
      expect(session.placement).toBe('workers');
      expect(await runtime.measure(miniLm(variant))).toMatchObject({ batchInvariant: true });
    });
  });

  it('finds that the usual int8 lets rows of a batch change each other', async () => {
    expect(await runtime.measure(miniLm('quantized'))).toMatchObject({ batchInvariant: false });
  }, 60_000);

  it('gives variants comparable probe vectors', async () => {
    const [fp32, int8] = await Promise.all([runtime.measure(miniLm('fp32')), runtime.measure(miniLm('int8'))]);
    expect(cosine(fp32.probe, [...int8.probe])).toBeGreaterThan(0.95);
  }, 60_000);
});

maybe('all-MiniLM-L6-v2 in a process of its own', () => {
  it.each(['fp32', 'int8'] as const)('takes the memory that measuring %s foretold, and gives the same bits as on threads', async (variant) => {
    await using cache = await ModelFolder.make();
    await using runtime = new ClosingRuntime({ threads: 2, nice: 0, cacheDir: cache.path });
    const artifact = { ...miniLm(variant), isolation: 'process' } as const;
    const { baseBytes, memoryBytes } = await runtime.measure(artifact);
    const [apart, beside] = [await runtime.open(artifact), await runtime.open(miniLm(variant))];
    expect(Math.abs((baseBytes! + apart.parallelism * memoryBytes) / apart.memoryBytes! - 1)).toBeLessThan(0.15);

    const rows = work([{ ids: Int32Array.of(101, 2023, 2003, 102) }, { ids: Int32Array.of(101, 102) }]);
    expect((await apart.run(rows)).vectors).toEqual((await beside.run(rows)).vectors);
  }, 60_000);
});

maybe('all-MiniLM-L6-v2 as a ModelRuntime', () => {
  modelRuntimeContract(async () => ({
    runtime: new OnnxModelRuntime({ threads: 2, nice: 0 }),
    encoder: miniLm('int8'),
    broken: { ...miniLm('int8'), digest: 'sha256:none', file: miniLmReference },
  }));
});

class ClosingRuntime extends OnnxModelRuntime implements AsyncDisposable {
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function cosine(a: ArrayLike<number>, b: readonly number[]): number {
  const dot = b.reduce((sum, value, index) => sum + value * a[index]!, 0);
  const norms = Array.from(a).reduce((sum, value) => sum + value * value, 0) * b.reduce((sum, value) => sum + value * value, 0);
  return dot / Math.sqrt(norms);
}
