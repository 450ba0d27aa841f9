import { RunFailedError } from '@cortex/inference';
import { DeadlineExceededError } from '@cortex/kernel';
import { BudgetExhaustedError, OverloadedError } from '@cortex/resource-governor';
import fc from 'fast-check';
import { make, using, variant, vectorOf, version, work } from './orchestrator.fixture';

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

  describe('infer beside equal requests', () => {
    const within = (limit: number) => using({ budgets: [{ account: 'key', resource: 'requests', limit, windowMs: 3_600_000 }] });

    it('charges a request for which others run all', async () => {
      const { orchestrator, runtime } = make({ beforeRun: () => new Promise(setImmediate) });
      const outcomes = await Promise.allSettled([1, 2, 3].map(() => orchestrator.infer({ model: 'encoder', work: work([1]) }, within(2))));
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
      expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(BudgetExhaustedError) as Error });
      expect(runtime.opened[0]!.batches).toHaveLength(1);
    });

    it('charges one request where a part of it runs again because the run that it waited for failed', async () => {
      const failures = [new RunFailedError('encoder', 'not this time')];
      const failOnce = async () => {
        await new Promise(setImmediate);
        const failure = failures.pop();
        if (failure) throw failure;
      };
      const { orchestrator } = make({ beforeRun: failOnce });
      const failing = orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      const ask = (...ids: number[]) => orchestrator.infer({ model: 'encoder', work: work(...ids.map((id) => [id])) }, within(2));
      const waiting = ask(1, 2);
      await expect(failing).rejects.toThrow(RunFailedError);
      expect((await waiting).output.vectors).toEqual([vectorOf([1]), vectorOf([2])]);
      await expect(ask(3)).resolves.toBeDefined();
      await expect(ask(4)).rejects.toThrow(BudgetExhaustedError);
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
