import { Explained } from './explanation';
import type { Orchestrator } from './orchestrator';
import { make, using, version, work } from './orchestrator.fixture';

describe('Orchestrator', () => {
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
});
