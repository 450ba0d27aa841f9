import { RunFailedError, type ModelArtifact, type TokenWork, type VariantProfile } from '@cortex/inference';
import { FakeModelRuntime, type FakeModelOptions } from '@cortex/inference/testing';
import { DeadlineExceededError, SilentTelemetry, internalContext, type RequestContext } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import type { IndexEntry, ModelVersion, ResolvedModel } from '@cortex/model-registry';
import { Governor, OverloadedError, governorOptionsSchema, type GovernorConfiguration } from '@cortex/resource-governor';
import fc from 'fast-check';
import { MemoryResultCache } from './memory-result-cache';
import { Orchestrator, type OrchestratorParts } from './orchestrator';
import { ShuttingDownError } from './orchestrator.errors';

const variant = (name: string) => ({ name, file: `${name}.onnx`, bytes: 1, externalData: [] });
const version: ModelVersion = {
  name: 'encoder', version: '2', task: 'embed', runtime: 'onnx', folder: 'encoder', origin: 'folder',
  variants: [variant('fp32'), variant('int8'), variant('quantized')], maxTokens: 32,
};
const resolved: ResolvedModel = { version };
const HEAD = { pooling: 'mean', normalize: true } as const;
const work = (...rows: number[][]): TokenWork => ({ kind: 'tokens', rows: rows.map((ids) => ({ ids: Int32Array.from(ids) })), head: HEAD });
const using = (overrides: Partial<RequestContext> = {}) => internalContext({ cache: 'use', ...overrides });
const vectorOf = (ids: number[]) => Float32Array.of(ids.reduce((sum, id) => sum + id, 0), ids.length, ids[0]!);

class FakeRegistry implements Pick<OrchestratorParts['registry'], 'resolve' | 'artifact' | 'index' | 'refresh' | 'offer' | 'withdraw'> {
  readonly calls: string[] = [];
  async resolve(reference: string): Promise<ResolvedModel> {
    this.calls.push(`resolve ${reference}`);
    return resolved;
  }
  async artifact({ name, version: number }: ModelVersion, wanted: string): Promise<ModelArtifact> {
    return { name, version: number, variant: wanted, file: `${wanted}.onnx`, digest: `sha256:${wanted}`, maxTokens: 32, maxBatchRows: 8 };
  }
  index(): readonly IndexEntry[] {
    return [{ name: 'encoder', version: '2', state: 'available', model: version }];
  }
  async refresh(): Promise<void> {
    this.calls.push('refresh');
  }
  offer(name: string, number?: string): void {
    this.calls.push(`offer ${name} ${number}`);
  }
  withdraw(name: string, number?: string): void {
    this.calls.push(`withdraw ${name} ${number}`);
  }
}

/** Each variant with its own speed, fidelity and invariance. */
class MeasuredRuntime extends FakeModelRuntime {
  constructor(private readonly profiles: Record<string, Partial<VariantProfile>>, options: FakeModelOptions = {}) {
    super(options);
  }
  override async measure(artifact: ModelArtifact): Promise<VariantProfile> {
    return { ...(await super.measure(artifact)), ...this.profiles[artifact.variant] };
  }
}

const speed = (ms: number) => ({ measurements: [{ rows: 1, length: 8, ms }, { rows: 8, length: 32, ms: ms * 10 }] });
const VARIANTS = {
  fp32: { ...speed(2), probe: Float32Array.of(1, 0) },
  int8: { ...speed(1), probe: Float32Array.of(1, 0.01) },
  quantized: { ...speed(0.5), probe: Float32Array.of(1, 0.01), batchInvariant: false },
};

function make(options: FakeModelOptions = {}, governor: GovernorConfiguration = {}) {
  const registry = new FakeRegistry();
  const runtime = new MeasuredRuntime(VARIANTS, options);
  const clock = new FakeClock();
  const telemetry = new SilentTelemetry();
  const orchestrator = new Orchestrator({
    registry, runtime, clock, telemetry,
    governor: new Governor(governorOptionsSchema.parse(governor), clock, telemetry),
    cache: new MemoryResultCache({ maxBytes: 1e6 }, telemetry),
  });
  return { orchestrator, registry, runtime, clock };
}

describe('Orchestrator', () => {
  describe('infer', () => {
    it('answers each row with its own vector and says which model did', async () => {
      const { orchestrator } = make();
      const { model, output } = await orchestrator.infer({ model: 'encoder', work: work([1, 2], [5]) }, using());
      expect(output.vectors).toEqual([vectorOf([1, 2]), vectorOf([5])]);
      expect(model).toMatchObject({ name: 'encoder', version: '2', digest: 'sha256:int8' });
    });

    it('gives each of many callers its own rows, whatever they share', async () => {
      const row = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(row, { minLength: 1, maxLength: 12 }), { maxLength: 12 }), async (requests) => {
          const { orchestrator } = make({ parallelism: 2, beforeRun: () => new Promise(setImmediate) });
          const answers = await Promise.all(requests.map((rows) => orchestrator.infer({ model: 'encoder', work: work(...rows) }, using())));
          for (const [index, { output }] of answers.entries()) expect(output.vectors).toEqual(requests[index]!.map(vectorOf));
        }),
        { numRuns: 40 },
      );
    });

    it('chooses the fastest variant that is exact in any batch and near to fp32', async () => {
      const { orchestrator } = make();
      const { model } = await orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      expect(model).toMatchObject({ variant: 'int8', batchInvariant: true });
      expect(model.fidelity).toBeCloseTo(0.99995, 5);
    });

    it('serves a variant whose bits depend on the batch only when it is asked for by name', async () => {
      const { orchestrator } = make();
      const { model } = await orchestrator.infer({ model: { version, variant: 'quantized' }, work: work([1]) }, using());
      expect(model).toMatchObject({ variant: 'quantized', batchInvariant: false });
    });

    it('runs one row at a time where a model has no other variant', async () => {
      const { orchestrator, runtime } = make();
      const only = { version: { ...version, variants: [variant('quantized')] } };
      await orchestrator.infer({ model: only, work: work([1], [2], [3]) }, using());
      expect(runtime.opened[0]!.batches).toHaveLength(3);
    });

    it('takes rows it has seen from the cache and runs only the rest', async () => {
      const { orchestrator, runtime } = make();
      await orchestrator.infer({ model: 'encoder', work: work([1], [2]) }, using());
      const context = using();
      const { output } = await orchestrator.infer({ model: 'encoder', work: work([2], [3], [1]) }, context);
      expect(output.vectors).toEqual([vectorOf([2]), vectorOf([3]), vectorOf([1])]);
      expect(context.timings.cache).toBe('miss');
      expect(runtime.opened[0]!.batches.at(-1)).toMatchObject({ rows: [{ ids: Int32Array.of(3) }] });
      const again = using();
      await orchestrator.infer({ model: 'encoder', work: work([3]) }, again);
      expect(again.timings.cache).toBe('hit');
    });

    it.each([
      ['another tenant', { tenant: 'other' }],
      ['a caller who wants it fresh', { cache: 'refresh' as const }],
      ['a caller who bypasses the cache', { cache: 'bypass' as const }],
    ])('does not take from the cache for %s', async (_who, overrides) => {
      const { orchestrator, runtime } = make();
      await orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      await orchestrator.infer({ model: 'encoder', work: work([1]) }, using(overrides));
      expect(runtime.opened[0]!.batches).toHaveLength(2);
    });

    it('answers a hit while nothing may be admitted', async () => {
      const held: (() => void)[] = [];
      let holding = false;
      const beforeRun = () => (holding ? new Promise<void>((resolve) => held.push(resolve)) : undefined);
      const { orchestrator } = make({ beforeRun, parallelism: 2 }, { budgetMs: 0.001, waitingLimitMs: 0 });
      const ask = (id: number) => orchestrator.infer({ model: 'encoder', work: work([id]) }, using());
      await ask(1);
      holding = true;
      const accepted = [ask(2), ask(3)];
      await new Promise(setImmediate);
      await expect(ask(4)).rejects.toThrow(OverloadedError);
      await expect(ask(1)).resolves.toBeDefined();
      for (const release of held) release();
      await Promise.all(accepted);
    });

    it('fails only the caller whose row the model refuses', async () => {
      const refuse = (batch: { kind: string; rows?: readonly { ids: Int32Array }[] }) => {
        if (batch.rows?.some(({ ids }) => ids.includes(13))) throw new RunFailedError('encoder', 'no thirteen');
      };
      const { orchestrator } = make({ beforeRun: (batch) => new Promise(setImmediate).then(() => refuse(batch as never)) });
      const warm = orchestrator.infer({ model: 'encoder', work: work([9]) }, using());
      const [, good, bad] = await Promise.allSettled([warm, orchestrator.infer({ model: 'encoder', work: work([1]) }, using()), orchestrator.infer({ model: 'encoder', work: work([13]) }, using())]);
      expect(good!.status).toBe('fulfilled');
      expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(RunFailedError) as Error });
    });

    it('does not run what was given up while it waited', async () => {
      let open: () => void = () => undefined;
      const { orchestrator, runtime } = make({ beforeRun: () => new Promise<void>((resolve) => (open = resolve)) });
      const first = orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      await new Promise(setImmediate);
      const controller = new AbortController();
      const second = orchestrator.infer({ model: 'encoder', work: work([2]) }, using({ signal: controller.signal }));
      await new Promise(setImmediate);
      controller.abort(new DeadlineExceededError(1));
      await expect(second).rejects.toThrow(DeadlineExceededError);
      open();
      await first;
      expect(runtime.opened[0]!.batches).toHaveLength(1);
    });
  });

  describe('load and unload', () => {
    it('loads once, however many ask at the same time', async () => {
      const { orchestrator, runtime } = make();
      await Promise.all([1, 2, 3].map((id) => orchestrator.infer({ model: 'encoder', work: work([id]) }, using())));
      expect(runtime.opened).toHaveLength(1);
      expect(orchestrator.loaded()).toMatchObject([{ name: 'encoder', variant: 'int8', maxBatchRows: 8 }]);
    });

    it('does not hammer a file that cannot be loaded, and tries again when it is time', async () => {
      const { orchestrator, clock, runtime } = make({ broken: '.onnx' });
      const ask = () => orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      const measure = jest.spyOn(runtime, 'measure');
      await expect(ask()).rejects.toMatchObject({ code: 'INFERENCE.LOAD_FAILED' });
      const tries = measure.mock.calls.length;
      expect(orchestrator.index()).toMatchObject([{ name: 'encoder', version: '2', state: 'failed', reason: expect.stringContaining('the file is broken') as string }]);
      await expect(ask()).rejects.toMatchObject({ code: 'INFERENCE.LOAD_FAILED' });
      expect(measure).toHaveBeenCalledTimes(tries);
      clock.advance(60_000);
      await expect(ask()).rejects.toMatchObject({ code: 'INFERENCE.LOAD_FAILED' });
      expect(measure).toHaveBeenCalledTimes(2 * tries);
    });

    it('serves the variants that can be opened when one cannot', async () => {
      const { orchestrator } = make({ broken: 'int8' });
      const { model } = await orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      expect(model.variant).toBe('fp32');
      await expect(orchestrator.infer({ model: { version, variant: 'int8' }, work: work([1]) }, using())).rejects.toMatchObject({ code: 'INFERENCE.LOAD_FAILED' });
    });

    it('finishes what was accepted before it unloads', async () => {
      let open: () => void = () => undefined;
      const { orchestrator, registry, runtime } = make({ beforeRun: () => new Promise<void>((resolve) => (open = resolve)) });
      const accepted = orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      await new Promise(setImmediate);
      const unloading = orchestrator.unload('encoder');
      await new Promise(setImmediate);
      expect(runtime.opened[0]!.closed).toBe(false);
      open();
      await Promise.all([accepted, unloading]);
      expect(runtime.opened[0]!.closed).toBe(true);
      expect(registry.calls).toContain('withdraw encoder undefined');
      expect(orchestrator.loaded()).toEqual([]);
    });

    it('takes nothing new once it is closing', async () => {
      const { orchestrator } = make();
      await orchestrator.close();
      await expect(orchestrator.infer({ model: 'encoder', work: work([1]) }, using())).rejects.toThrow(ShuttingDownError);
    });
  });

  it('counts requests, rows, batches, hits and failures', async () => {
    const { orchestrator } = make();
    await orchestrator.infer({ model: 'encoder', work: work([1], [2]) }, using());
    await orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
    const [statistics] = orchestrator.statistics();
    expect(statistics).toMatchObject({ inferenceCount: 3, executionCount: 1, success: { count: 2 }, fail: { count: 0 }, cacheHit: { count: 1 }, cacheMiss: { count: 1 }, batches: [{ rows: 2, count: 1 }] });
  });
});
