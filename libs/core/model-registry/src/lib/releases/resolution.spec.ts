import { onnxBytes } from '../../testing/model-folders';
import { RegistryOnDisk, codeOf } from '../../testing/registry-on-disk';
import type { ResolvedModel } from '../model-version';
import { CatalogDamagedError } from '../registry.errors';

const onnx = onnxBytes();

describe('a reference to what moves', () => {
  let disk: RegistryOnDisk;

  beforeEach(async () => {
    disk = await RegistryOnDisk.make();
  });
  afterEach(() => disk[Symbol.asyncDispose]());

  describe('an alias', () => {
    it('resolves an alias, and the plain name where latest was moved', async () => {
      await disk.change('m', { aliases: { stable: '9', latest: '9' } });
      expect(await disk.registry.resolve('m@stable+fp32')).toMatchObject({ version: { version: '9' }, alias: 'stable', variant: 'fp32' });
      expect([await disk.versionOf('m'), await disk.versionOf('m@latest'), await disk.versionOf('m@10')]).toEqual(['9', '9', '10']);
    });

    it('sees a move at the next request, and every request one version or the other', async () => {
      await disk.change('m', { aliases: { stable: '9' } });
      const seen: string[] = [];
      const moves = (async () => {
        for (let i = 0; i < 50; i += 1) await disk.change('m', { aliases: { stable: i % 2 ? '9' : '10' } });
      })();
      for (let i = 0; i < 200; i += 1) {
        const { version, alias } = await disk.registry.resolve('m@stable');
        expect(version.folder.endsWith(version.version) && alias).toBe('stable');
        seen.push(version.version);
      }
      await moves;
      expect(new Set(seen)).toEqual(new Set(['9', '10']));
    });

    it.each(['constructor', 'toString', 'stable'])('knows no alias %s that nobody made', async (alias) => {
      await expect(disk.registry.resolve(`m@${alias}`)).rejects.toMatchObject({ code: 'REGISTRY.VERSION_NOT_FOUND' });
    });

    it('names aliases beside versions when neither is known', async () => {
      await disk.change('m', { aliases: { stable: '9' } });
      await expect(disk.registry.resolve('m@stabel')).rejects.toThrow("has no version 'stabel', there is 10, 9, stable");
    });

    it('does not float from a version that broke to another one', async () => {
      await disk.change('m', { aliases: { stable: '10' } });
      await disk.write({ 'm/10/model.onnx': onnx.subarray(0, 10) });
      await disk.registry.refresh();
      expect([await codeOf(disk.registry.resolve('m@stable')), await disk.versionOf('m')]).toEqual(['REGISTRY.MODEL_BROKEN', '9']);
    });

    it('withdraws and offers the version that an alias gives', async () => {
      await disk.change('m', { aliases: { stable: '9' } });
      disk.registry.withdraw('m', 'stable');
      expect(await codeOf(disk.registry.resolve('m@9'))).toBe('REGISTRY.MODEL_UNLOADED');
      disk.registry.offer('m', 'stable');
      expect(await disk.versionOf('m@9')).toBe('9');
    });

    it('refuses a model whose record is damaged, and serves the others', async () => {
      disk.registry.records.damageOf = (name) => (name === 'm' ? new CatalogDamagedError(name, 'it is not valid JSON') : undefined);
      await disk.registry.refresh();
      await expect(disk.registry.resolve('m')).rejects.toMatchObject({ code: 'REGISTRY.MODEL_BROKEN', reason: expect.stringContaining('record of model') });
    });
  });

  describe('a rollout', () => {
    const rollout = { alias: 'stable', version: '10', mode: 'canary' as const, weight: 0.3, startedAt: 1 };
    const ids = Array.from({ length: 2_000 }, (_, i) => `request-${i}`);
    const shareOf = async (has: (model: ResolvedModel) => boolean) => (await Promise.all(ids.map((id) => disk.registry.resolve('m@stable', { id })))).filter(has).length / ids.length;

    it('gives the canary its share, and each id the same answer every time', async () => {
      await disk.change('m', { aliases: { stable: '9' }, rollouts: [rollout] });
      expect(await shareOf(({ version }) => version.version === '10')).toBeCloseTo(0.3, 1);
      for (const id of ids.slice(0, 50)) {
        const model = await disk.registry.resolve('m@stable', { id });
        const isCanary = model.rollout!.draw < 0.3;
        expect(model).toMatchObject({ alias: 'stable', version: { version: isCanary ? '10' : '9' }, rollout: { arm: isCanary ? 'canary' : 'stable', weight: 0.3, stable: { version: '9' } } });
        expect(await disk.registry.resolve('m@stable', { id })).toEqual(model);
      }
    });

    it('keeps who is in when the share grows', async () => {
      const isIn = async (weight: number) => {
        await disk.change('m', { aliases: { stable: '9' }, rollouts: [{ ...rollout, weight }] });
        const models = await Promise.all(ids.map((id) => disk.registry.resolve('m@stable', { id })));
        return new Set(ids.filter((_, i) => models[i]!.version.version === '10'));
      };
      const [few, many, all] = [await isIn(0.1), await isIn(0.4), await isIn(1)];
      expect([[...few].every((id) => many.has(id)), few.size < many.size, all.size]).toEqual([true, true, ids.length]);
    });

    it('lets a shadow see its share while the stable version answers', async () => {
      await disk.change('m', { aliases: { stable: '9' }, rollouts: [{ ...rollout, mode: 'shadow' }] });
      expect(await shareOf(({ rollout: draw }) => draw!.shadow?.version === '10')).toBeCloseTo(0.3, 1);
      expect(await shareOf(({ version, rollout: draw }) => version.version === '9' && draw!.arm === 'stable')).toBe(1);
    });

    it('has no say over other aliases, versions by name, and callers without an id', async () => {
      await disk.change('m', { aliases: { stable: '9' }, rollouts: [{ ...rollout, weight: 1 }] });
      const models = [await disk.registry.resolve('m', { id: 'id' }), await disk.registry.resolve('m@9', { id: 'id' }), await disk.registry.resolve('m@stable')];
      expect(models.map(({ version, rollout: draw }) => [version.version, draw])).toEqual([['10', undefined], ['9', undefined], ['9', undefined]]);
    });

    it('tries the plain name, too', async () => {
      await disk.change('m', { rollouts: [{ ...rollout, alias: 'latest', version: '9', weight: 1 }] });
      expect(await disk.registry.resolve('m', { id: 'id' })).toMatchObject({ version: { version: '9' }, rollout: { arm: 'canary', stable: { version: '10' } } });
    });

    it('lets the stable version answer alone while the canary cannot', async () => {
      await disk.change('m', { aliases: { stable: '9' }, rollouts: [{ ...rollout, weight: 1 }] });
      disk.registry.withdraw('m', '10');
      expect(await disk.registry.resolve('m@stable', { id: 'id' })).toEqual(await disk.registry.resolve('m@stable'));
      disk.registry.offer('m', '10');
      expect((await disk.registry.resolve('m@stable', { id: 'id' })).version.version).toBe('10');
    });
  });
});
