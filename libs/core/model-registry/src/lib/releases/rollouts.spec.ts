import { FakeModelRegistry, aModelVersion } from '../../testing/fake-model-registry';
import { ModelUnloadedError } from '../registry.errors';
import { Rollouts } from './rollouts';

const author = { by: 'admin', reason: 'try it' };
const canary = { alias: 'latest', version: '1', mode: 'canary', weight: 0.5 } as const;

describe('Rollouts', () => {
  let registry: FakeModelRegistry;
  let rollouts: Rollouts;

  beforeEach(async () => {
    registry = await FakeModelRegistry.of(...['1', '2', '3'].map((version) => aModelVersion({ name: 'm', version })));
    rollouts = new Rollouts(registry);
  });

  describe('start', () => {
    it('tries a version from the next request on, and says so in the history', async () => {
      await rollouts.start('m', { ...canary, weight: 1 }, author);
      expect(await registry.resolve('m', { id: 'id' })).toMatchObject({ version: { version: '1' }, rollout: { arm: 'canary' } });
      expect(registry.records.of('m').history).toMatchObject([{ by: 'admin', action: 'rollout', alias: 'latest', from: '3', to: '1', reason: 'canary, weight 1: try it' }]);
    });

    it('takes the place of the rollout before, whose figures go', async () => {
      await rollouts.start('m', canary, author);
      rollouts.record({ name: 'm', alias: 'latest', arm: 'canary', ms: 1 });
      await rollouts.start('m', { ...canary, version: '2', mode: 'shadow' }, author);
      expect(registry.records.of('m').rollouts).toMatchObject([{ alias: 'latest', version: '2', mode: 'shadow', weight: 0.5 }]);
      expect(rollouts.report('m', 'latest')?.canary.requests).toBe(0);
    });

    it.each([
      [{ ...canary, weight: 0 }, 'REGISTRY.INVALID_ROLLOUT', 'weight is 0, accepted is above 0 and at most 1'],
      [{ ...canary, weight: NaN }, 'REGISTRY.INVALID_ROLLOUT', 'weight'],
      [{ ...canary, version: '3' }, 'REGISTRY.INVALID_ROLLOUT', 'version 3 is what latest gives already'],
      [{ ...canary, version: '4' }, 'REGISTRY.VERSION_NOT_FOUND', '4'],
      [{ ...canary, alias: '2' }, 'REGISTRY.INVALID_ALIAS', 'is the name of a version'],
      [{ ...canary, alias: 'stable' }, 'REGISTRY.VERSION_NOT_FOUND', 'stable'],
    ])('refuses %j with %s', async (request, code, message) => {
      await expect(rollouts.start('m', request, author)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
      expect(registry.records.of('m').revision).toBe(0);
    });

    it('refuses what was unloaded', async () => {
      registry.withdraw('m', '1');
      await expect(rollouts.start('m', canary, author)).rejects.toThrow(ModelUnloadedError);
    });
  });

  describe('stop', () => {
    it('lets the alias answer alone and forgets the figures', async () => {
      await rollouts.start('m', { ...canary, weight: 1 }, author);
      await rollouts.stop('m', 'latest', { by: 'admin' });
      expect([await registry.resolve('m', { id: 'id' }), rollouts.report('m', 'latest')]).toEqual([await registry.resolve('m'), undefined]);
      expect(registry.records.of('m').history[0]).toMatchObject({ action: 'rollout', from: '1', reason: 'stopped' });
      await expect(rollouts.stop('m', 'latest', { by: 'admin' })).rejects.toMatchObject({ code: 'REGISTRY.ROLLOUT_NOT_FOUND' });
    });
  });

  describe('record and compare', () => {
    it('count for the rollout that stands, by the error\'s code', async () => {
      await rollouts.start('m', canary, author);
      rollouts.record({ name: 'm', alias: 'latest', arm: 'canary', ms: 3 });
      rollouts.record({ name: 'm', alias: 'latest', arm: 'stable', ms: 3, error: new ModelUnloadedError('m') });
      rollouts.compare({ name: 'm', alias: 'latest', agreement: 0.9 });
      rollouts.compare({ name: 'm', alias: 'latest' });
      expect(rollouts.report('m', 'latest')).toMatchObject({
        canary: { requests: 1, meanMs: 3 }, stable: { failures: { 'REGISTRY.MODEL_UNLOADED': 1 } }, shadow: { compared: 1, skipped: 1, disagreements: 1 },
      });
    });

    it('count nothing where there is no rollout', () => {
      rollouts.record({ name: 'm', alias: 'latest', arm: 'stable', ms: 3 });
      rollouts.compare({ name: 'nobody', alias: 'latest', agreement: 1 });
      expect([rollouts.report('m', 'latest'), rollouts.report('nobody', 'latest')]).toEqual([undefined, undefined]);
    });
  });
});
