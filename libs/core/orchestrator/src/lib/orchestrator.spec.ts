import { LoadFailedError, RunFailedError, type ModelArtifact, type TokenWork, type VariantProfile } from '@cortex/inference';
import { FakeModelRuntime, type FakeModelOptions } from '@cortex/inference/testing';
import { DeadlineExceededError, SilentTelemetry, SystemClock, internalContext, type RequestContext } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import type { IndexEntry, ModelVersion, ResolvedModel } from '@cortex/model-registry';
import { Governor, MemoryReservationLedger, OverloadedError, Residency, governorOptionsSchema, type GovernorConfiguration } from '@cortex/resource-governor';
import fc from 'fast-check';
import { Explained } from './explanation';
import { MemoryResultCache } from './memory-result-cache';
import { Orchestrator, type OrchestratorParts } from './orchestrator';
import { ShuttingDownError } from './orchestrator.errors';
import { SilentRolloutObserver } from './rollout-observer.port';

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

const settle = () => new Promise((resolve) => setTimeout(resolve, 10));

class FakeRegistry implements Pick<OrchestratorParts['registry'], keyof OrchestratorParts['registry']> {
  readonly calls: string[] = [];
  /** Added to what every file's digest is. */
  digest = '';
  async resolve(reference: string): Promise<ResolvedModel> {
    this.calls.push(`resolve ${reference}`);
    return resolved;
  }
  async artifact({ name, version: number }: ModelVersion, wanted: string): Promise<ModelArtifact> {
    return { name, version: number, variant: wanted, file: `${wanted}.onnx`, digest: `sha256:${wanted}${this.digest && `-${this.digest}`}`, maxTokens: 32, maxBatchRows: 8 };
  }
  index(): readonly IndexEntry[] {
    return [{ name: 'encoder', version: '2', state: 'available', model: version }];
  }
  locate(): ModelVersion {
    return version;
  }
  async repin(name: string, number?: string, by?: string): Promise<boolean> {
    this.calls.push(`repin ${name} ${number} ${by}`);
    return false;
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
  override async measure(artifact: ModelArtifact, _makeRoom?: () => Promise<AsyncDisposable>): Promise<VariantProfile> {
    return { ...(await super.measure(artifact)), ...this.profiles[artifact.variant] };
  }
}

const speed = (ms: number) => ({ measurements: [{ rows: 1, length: 8, ms }, { rows: 8, length: 32, ms: ms * 10 }] });
const VARIANTS = {
  fp32: { ...speed(2), probe: Float32Array.of(1, 0) },
  int8: { ...speed(1), probe: Float32Array.of(1, 0.01) },
  quantized: { ...speed(0.5), probe: Float32Array.of(1, 0.01), batchInvariant: false },
};

function make(options: FakeModelOptions = {}, governor: GovernorConfiguration = {}, limitBytes = 1e9) {
  const registry = new FakeRegistry();
  const runtime = new MeasuredRuntime(VARIANTS, options);
  const clock = new FakeClock();
  const telemetry = new SilentTelemetry();
  const residency = new Residency({ limitBytes, patienceMs: 200, ledger: new MemoryReservationLedger(), clock: new SystemClock() });
  const orchestrator = new Orchestrator({
    registry, runtime, clock, telemetry, residency, rollouts: new SilentRolloutObserver(), keepAliveMs: Infinity, sharesCache: false, derivesVariants: true,
    governor: new Governor(governorOptionsSchema.parse(governor), clock, telemetry),
    cache: new MemoryResultCache({ maxBytes: 1e6 }, telemetry),
  });
  return { orchestrator, registry, runtime, clock, residency };
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
      expect(registry.calls).toContain('withdraw encoder latest');
      expect(orchestrator.loaded()).toEqual([]);
    });

    it('loads again what was evicted for another, and loses no request by it', async () => {
      const { orchestrator, runtime, residency } = make({ profile: { memoryBytes: 600 }, beforeRun: () => new Promise(setImmediate) }, {}, 1_000);
      const models = ['one', 'two', 'three'].map((name) => ({ version: { ...version, name, variants: [variant('fp32')] } }));
      const ask = (id: number) => orchestrator.infer({ model: models[id % 3]!, work: work([id + 1]) }, internalContext());
      const answers = await Promise.all(Array.from({ length: 30 }, (_, id) => ask(id)));
      expect(answers.map(({ output }) => output.vectors[0])).toEqual(Array.from({ length: 30 }, (_, id) => vectorOf([id + 1])));
      expect(runtime.opened.length).toBeGreaterThanOrEqual(3);
      expect(runtime.opened.filter(({ closed }) => !closed)).toHaveLength(1);
      expect(residency.state()).toMatchObject({ heldBytes: 600 });
    });

    it('does not evict a model that has queued rows, nor one that is pinned', async () => {
      const held: (() => void)[] = [];
      const { orchestrator, runtime } = make({ profile: { memoryBytes: 600 }, beforeRun: () => new Promise<void>((resolve) => held.push(resolve)) }, {}, 1_000);
      const accepted = [1, 2].map((id) => orchestrator.infer({ model: 'encoder', work: work([id]) }, using()));
      await settle();
      const other = orchestrator.infer({ model: { version: { ...version, name: 'other', variants: [variant('fp32')] } }, work: work([3]) }, using());
      await settle();
      expect(runtime.opened.map(({ closed }) => closed)).toEqual([false]);
      const opening = setInterval(() => held.splice(0).forEach((open) => open()), 5);
      await Promise.all([...accepted, other]);
      clearInterval(opening);
      expect(runtime.opened.map(({ closed }) => closed)).toEqual([true, false]);
    });

    it('tries again at once what the governor refused', async () => {
      const { orchestrator, residency } = make({ profile: { memoryBytes: 600 } }, {}, 1_000);
      const stays = { isPinned: () => true, isIdle: () => false, keepAliveMs: () => Infinity, evict: () => Promise.resolve() };
      const room = await residency.admit({ key: 'pinned', identity: 'pinned', bytes: 600, reloadMs: 1, ...stays });
      await room.settle({ bytes: 600, loadMs: 1 });
      await expect(orchestrator.infer({ model: 'encoder', work: work([1]) }, using())).rejects.toMatchObject({ code: 'GOVERNOR.NO_MEMORY' });
      room.release();
      await expect(orchestrator.infer({ model: 'encoder', work: work([1]) }, using())).resolves.toBeDefined();
    });

    it('lets go of a caller who leaves while the model is loaded, and finishes the load for the others', async () => {
      const { orchestrator, runtime } = make();
      const controller = new AbortController();
      const leaving = orchestrator.infer({ model: 'encoder', work: work([1]) }, using({ signal: controller.signal }));
      const staying = orchestrator.infer({ model: 'encoder', work: work([2]) }, using());
      controller.abort(new DeadlineExceededError(1));
      await expect(leaving).rejects.toThrow(DeadlineExceededError);
      await expect(staying).resolves.toBeDefined();
      expect(runtime.opened).toHaveLength(1);
    });

    it('serves the file as it was until it is loaded anew, and swaps without losing a request', async () => {
      const held: (() => void)[] = [];
      const { orchestrator, runtime, registry } = make({ beforeRun: () => new Promise<void>((resolve) => held.push(resolve)) });
      const before = orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      await settle();
      registry.digest = 'replaced';
      const loading = orchestrator.load('encoder');
      await settle();
      expect(orchestrator.loaded()).toMatchObject([{ digest: 'sha256:int8-replaced' }]);
      const after = orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      await settle();
      held.forEach((open) => open());
      expect((await before).model.digest).toBe('sha256:int8');
      expect((await after).model.digest).toBe('sha256:int8-replaced');
      await loading;
      expect(runtime.opened.map(({ closed }) => closed)).toEqual([true, false]);
    });

    it('keeps serving what is loaded when loading it anew fails', async () => {
      const { orchestrator, runtime, registry } = make();
      await orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      registry.digest = 'replaced';
      jest.spyOn(runtime, 'open').mockRejectedValueOnce(new LoadFailedError('encoder', 'the file is broken'));
      await expect(orchestrator.load('encoder')).rejects.toThrow(LoadFailedError);
      expect((await orchestrator.infer({ model: 'encoder', work: work([2]) }, using())).model.digest).toBe('sha256:int8');
    });

    it('gives the memory back when a load fails half-way', async () => {
      const { orchestrator, runtime, residency } = make();
      jest.spyOn(runtime, 'open').mockRejectedValueOnce(new LoadFailedError('encoder', 'cut off'));
      await expect(orchestrator.infer({ model: 'encoder', work: work([1]) }, using())).rejects.toThrow(LoadFailedError);
      expect(residency.state()).toMatchObject({ heldBytes: 0, residents: [] });
    });

    it('takes nothing new once it is closing', async () => {
      const { orchestrator } = make();
      await orchestrator.close();
      await expect(orchestrator.infer({ model: 'encoder', work: work([1]) }, using())).rejects.toThrow(ShuttingDownError);
    });
  });

  describe('variants made in the background', () => {
    const plain = { ...version, variants: [variant('fp32')] };

    it('serves the faster one once it is there, without losing a request', async () => {
      const { orchestrator, registry } = make({ derivable: ['int8'] });
      jest.spyOn(registry, 'resolve').mockResolvedValue({ version: plain });
      const first = await orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      expect(first.model).toMatchObject({ variant: 'fp32' });
      await orchestrator.workshop.prepare(plain);
      expect(orchestrator.workshop.list()).toMatchObject([{ name: 'encoder', version: '2', stage: 'done', variants: ['int8'] }]);
      const second = await orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      expect(second.model).toMatchObject({ variant: 'int8', digest: 'sha256:fp32-int8' });
      expect(orchestrator.loaded()).toHaveLength(1);
    });

    it('makes one at once for whoever asks for it by name, and refuses what cannot be made', async () => {
      const { orchestrator } = make({ derivable: ['int8'] });
      const named = (variantName: string) => orchestrator.infer({ model: { version: plain, variant: variantName }, work: work([1]) }, using());
      expect((await named('int8')).model).toMatchObject({ variant: 'int8', digest: 'sha256:fp32-int8' });
      await expect(named('int4')).rejects.toMatchObject({ code: 'REGISTRY.VARIANT_NOT_FOUND' });
    });

    it('goes on with what there is when none can be made', async () => {
      const { orchestrator, runtime } = make({ derivable: ['int8'] });
      jest.spyOn(runtime, 'derive').mockRejectedValue(new LoadFailedError('encoder', 'an operator is missing'));
      await orchestrator.infer({ model: { version: plain }, work: work([1]) }, using());
      await orchestrator.workshop.prepare(plain);
      expect(orchestrator.workshop.list()).toMatchObject([{ stage: 'failed', reason: expect.stringContaining('an operator is missing') as string }]);
      expect((await orchestrator.infer({ model: { version: plain }, work: work([2]) }, using())).model.variant).toBe('fp32');
    });

    it('tries again only when it is asked to', async () => {
      const { orchestrator, runtime } = make({ derivable: ['int8'] });
      const derive = jest.spyOn(runtime, 'derive').mockRejectedValue(new LoadFailedError('encoder', 'no'));
      await orchestrator.workshop.prepare(plain);
      await orchestrator.workshop.prepare(plain);
      expect(derive).toHaveBeenCalledTimes(1);
      await orchestrator.workshop.prepare(plain, { again: true });
      expect(derive).toHaveBeenCalledTimes(2);
    });
  });

  describe('explain', () => {
    const explain = async (orchestrator: Orchestrator, ...rows: number[][]) => {
      const failure: unknown = await orchestrator.infer({ model: 'encoder', work: work(...rows) }, using({ dryRun: true })).catch((error: unknown) => error);
      if (!(failure instanceof Explained)) throw failure;
      return failure.explanation;
    };

    it('says what a request would go through, and runs, loads and counts nothing', async () => {
      const { orchestrator, runtime } = make();
      expect(await explain(orchestrator, [1, 2])).toMatchObject({
        model: { name: 'encoder', variant: 'int8' },
        variant: { reason: 'the fastest that is exact in any batch and near enough to fp32', measured: [{ variant: 'fp32' }, { variant: 'int8' }, { variant: 'quantized', batchInvariant: false }] },
        cache: { rows: 1, hits: 0 },
        demand: { tokens: 2 },
        admission: { outcome: 'admitted' },
        session: { state: 'not loaded', memory: { outcome: 'fits', evicts: [] } },
      });
      expect(runtime.opened).toEqual([]);
      expect(orchestrator.statistics()).toEqual([]);
    });

    it('says what is loaded and what is cached', async () => {
      const { orchestrator } = make();
      await orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      expect(await explain(orchestrator, [1], [2])).toMatchObject({ cache: { rows: 2, hits: 1 }, demand: { tokens: 1 }, session: { state: 'loaded', loadMs: 0 } });
      expect(await explain(orchestrator, [1])).not.toHaveProperty('admission');
    });

    it('says what would be evicted', async () => {
      const { orchestrator } = make({ profile: { memoryBytes: 600 } }, {}, 1_000);
      await orchestrator.infer({ model: { version: { ...version, name: 'other' } }, work: work([1]) }, using());
      expect((await explain(orchestrator, [1])).session.memory).toMatchObject({ outcome: 'fits', bytes: 600, evicts: ['other@2+int8 int8'] });
    });

    it('measures nothing for it', async () => {
      const { orchestrator, runtime } = make();
      jest.spyOn(runtime, 'measure').mockImplementation(async (_artifact, makeRoom) => {
        await makeRoom?.();
        throw new Error('it was measured');
      });
      expect(await explain(orchestrator, [1])).toMatchObject({ model: { name: 'encoder', version: '2' }, session: { state: 'not loaded' } });
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
