import { LoadFailedError } from '@cortex/inference';
import { DeadlineExceededError, internalContext } from '@cortex/kernel';
import type { ResolvedModel } from '@cortex/model-registry';
import { ShuttingDownError, TooManyWaitingError } from './orchestrator.errors';
import { make, settle, using, variant, vectorOf, version, work } from './orchestrator.fixture';

describe('Orchestrator', () => {
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

    it('lets go of a caller who leaves while the variants are measured, and refuses too many who wait', async () => {
      const { orchestrator, runtime } = make();
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (open = resolve));
      const measure = runtime.measure.bind(runtime);
      jest.spyOn(runtime, 'measure').mockImplementation((artifact) => gate.then(() => measure(artifact)));
      const ask = (signal?: AbortSignal) => orchestrator.infer({ model: 'encoder', work: work([1]) }, using(signal && { signal }));
      const controller = new AbortController();
      const leaving = ask(controller.signal);
      const staying = Array.from({ length: 999 }, () => ask());
      await expect(ask()).rejects.toThrow(TooManyWaitingError);
      expect(orchestrator.loading()).toMatchObject([{ name: 'encoder', stage: 'measuring', waiting: 1_000 }]);
      controller.abort(new DeadlineExceededError(1));
      await expect(leaving).rejects.toThrow(DeadlineExceededError);
      open();
      await expect(Promise.all(staying)).resolves.toHaveLength(999);
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

    it('loads a file once by whatever reference it is asked for, and keeps it as long as one of them is', async () => {
      const { orchestrator, runtime, residency } = make();
      const ask = (model: ResolvedModel) => orchestrator.infer({ model, work: work([1]) }, internalContext());
      await Promise.all([ask({ version }), ask({ version, variant: 'int8' })]);
      expect(runtime.opened).toHaveLength(1);
      expect(residency.state().residents).toMatchObject([{ key: 'encoder@2+int8 int8' }]);
      expect(orchestrator.loaded()).toHaveLength(1);
    });

    it('opens a variant apart for whoever asked for it by name, where others may not share its batches', async () => {
      const { orchestrator, residency } = make();
      const only = { ...version, variants: [variant('quantized')] };
      for (const model of [{ version: only }, { version: only, variant: 'quantized' }]) await orchestrator.infer({ model, work: work([1]) }, internalContext());
      expect(residency.state().residents.map(({ key }) => key)).toEqual(['encoder@2+quantized quantize row by row', 'encoder@2+quantized quantize']);
      expect(residency.state().heldBytes).toBe(2_000_000);
    });

    it('serves the new file by every reference that named the old one', async () => {
      const { orchestrator, runtime, registry } = make();
      const ask = async (model: ResolvedModel) => (await orchestrator.infer({ model, work: work([1]) }, internalContext())).model.digest;
      const references = [{ version }, { version, variant: 'int8' }];
      await Promise.all(references.map(ask));
      registry.digest = 'replaced';
      await orchestrator.load('encoder');
      expect(await Promise.all(references.map(ask))).toEqual(['sha256:int8-replaced', 'sha256:int8-replaced']);
      expect(orchestrator.statistics()).toMatchObject([{ model: { digest: 'sha256:int8-replaced' }, success: { count: 4 } }]);
      expect(runtime.opened.map(({ closed }) => closed)).toEqual([true, false]);
    });

    it('leaves nothing behind of what came in while the model was loaded anew', async () => {
      const { orchestrator, runtime, registry, residency } = make();
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (open = resolve));
      const opening = runtime.open.bind(runtime);
      jest.spyOn(runtime, 'open').mockImplementationOnce((artifact) => gate.then(() => opening(artifact)));
      registry.digest = 'first';
      const loading = orchestrator.load('encoder');
      await settle();
      registry.digest = 'second';
      const asked = orchestrator.infer({ model: 'encoder', work: work([1]) }, internalContext());
      await settle();
      open();
      await Promise.all([loading, asked]);
      await settle();
      expect(orchestrator.loaded()).toMatchObject([{ digest: 'sha256:int8-first' }]);
      expect(residency.state().residents).toHaveLength(1);
    });

    it('keeps serving what is loaded when loading it anew fails', async () => {
      const { orchestrator, runtime, registry } = make();
      await orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      registry.digest = 'replaced';
      jest.spyOn(runtime, 'open').mockRejectedValueOnce(new LoadFailedError('encoder', 'the file is broken'));
      await expect(orchestrator.load('encoder')).rejects.toThrow(LoadFailedError);
      expect((await orchestrator.infer({ model: 'encoder', work: work([2]) }, using())).model.digest).toBe('sha256:int8');
    });

    it('goes on serving it, and calls nothing failed, when the new file cannot even be measured', async () => {
      const { orchestrator, runtime, registry, clock } = make();
      await orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
      jest.spyOn(runtime, 'measure').mockRejectedValue(new LoadFailedError('encoder', 'the file is broken'));
      registry.digest = 'replaced';
      await expect(orchestrator.load('encoder')).rejects.toThrow(LoadFailedError);
      expect(orchestrator.index()).toMatchObject([{ state: 'available' }]);
      clock.advance(60_000);
      expect((await orchestrator.infer({ model: 'encoder', work: work([2]) }, using())).model.digest).toBe('sha256:int8');
      expect(runtime.opened.map(({ closed }) => closed)).toEqual([false]);
    });

    it('gives the memory back when a load fails half-way', async () => {
      const { orchestrator, runtime, residency } = make();
      jest.spyOn(runtime, 'open').mockRejectedValueOnce(new LoadFailedError('encoder', 'cut off'));
      await expect(orchestrator.infer({ model: 'encoder', work: work([1]) }, using())).rejects.toThrow(LoadFailedError);
      expect(residency.state()).toMatchObject({ heldBytes: 0, residents: [] });
    });

    it('lets go, under pressure that lasts, what was in use when it came', async () => {
      jest.useFakeTimers({ doNotFake: ['setImmediate', 'setTimeout', 'nextTick', 'queueMicrotask', 'performance', 'Date'] });
      try {
        let open: () => void = () => undefined;
        const { orchestrator, governor, residency } = make({ beforeRun: () => new Promise<void>((resolve) => (open = resolve)) });
        const asked = orchestrator.infer({ model: 'encoder', work: work([1]) }, using());
        await settle();
        jest.spyOn(governor, 'stage', 'get').mockReturnValue('unload-idle');
        jest.advanceTimersByTime(1_000);
        await settle();
        expect(residency.state().residents).toHaveLength(1);
        open();
        await asked;
        jest.advanceTimersByTime(1_000);
        await settle();
        expect(residency.state().residents).toEqual([]);
      } finally {
        jest.useRealTimers();
      }
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

    it('keeps the slower one for whoever asks for it by name', async () => {
      const { orchestrator, runtime, registry } = make({ derivable: ['int8'] });
      jest.spyOn(registry, 'resolve').mockResolvedValue({ version: plain });
      const ask = async (variantName?: string) => (await orchestrator.infer({ model: { version: plain, ...(variantName && { variant: variantName }) }, work: work([1]) }, internalContext())).model.variant;
      expect(await Promise.all([ask(), ask('fp32')])).toEqual(['fp32', 'fp32']);
      await orchestrator.workshop.prepare(plain);
      expect(await Promise.all([ask(), ask('fp32')])).toEqual(['int8', 'fp32']);
      expect(runtime.opened.map(({ closed }) => closed)).toEqual([false, false]);
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

    it('makes room before it makes one and before it measures it', async () => {
      const { orchestrator, runtime, residency } = make({ derivable: ['int8'] });
      const measure = runtime.measure.bind(runtime);
      jest.spyOn(runtime, 'measure').mockImplementation(async (artifact, makeRoom) => {
        await using _room = await makeRoom!();
        return await measure(artifact);
      });
      const borrow = jest.spyOn(residency, 'borrow');
      await orchestrator.workshop.prepare(plain);
      expect(borrow.mock.calls.map(([key]) => key)).toEqual(['measuring encoder@2+fp32', 'measuring encoder@2+int8']);
      expect(residency.state().heldBytes).toBe(0);
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
});
