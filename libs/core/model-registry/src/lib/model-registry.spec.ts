import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@cortex/kernel/testing';
import { onnxBytes, pinsOf, writeFiles } from '../testing/model-folders';
import { scanFolder } from './folder-scan';
import { ModelRegistry } from './model-registry';
import type { ModelRecord } from './model-record';
import type { ResolvedModel } from './model-version';
import { CatalogDamagedError } from './registry.errors';
import type { RegistryOptions } from './model-registry.options';

const onnx = onnxBytes();
const other = onnxBytes({ rawBytes: 8 });

describe('ModelRegistry', () => {
  let root: string;
  let clock: FakeClock;
  let scans: number;
  let registry: ModelRegistry;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'registry-')));
    clock = new FakeClock();
    scans = 0;
    await writeFiles(root, { 'm/9/model.onnx': onnx, 'm/10/model.onnx': onnx, 'bad/1/model.onnx': 'x' });
    registry = registryOf({});
    await registry.refresh();
  });
  afterEach(() => rm(root, { recursive: true }));

  const registryOf = (differs: Partial<RegistryOptions>) =>
    new ModelRegistry({ folders: [{ path: root, origin: 'folder' }], maxBatchRows: 32, ...differs }, clock, {
      scan: (folder, knowledge) => {
        scans += 1;
        return scanFolder(folder, knowledge);
      },
    });
  const versionOf = async (reference: string) => (await registry.resolve(reference)).version.version;
  const change = (name: string, edit: Partial<ModelRecord>) => registry.records.change(name, (record) => ({ ...record, ...edit }));
  const codeOf = (outcome: Promise<unknown>) => outcome.then(() => 'ok', (error: { code?: string }) => error.code);
  const stateOf = (name: string, version = '1') => registry.index().find((entry) => entry.name === name && entry.version === version);

  describe('resolve', () => {
    it('reads a plain name as the alias latest: the highest version by number', async () => {
      expect(await registry.resolve('m')).toMatchObject({ version: { version: '10' }, alias: 'latest', variant: undefined });
      expect(await registry.resolve('m@latest')).toMatchObject({ version: { version: '10' }, alias: 'latest' });
    });

    it('gives the version and the variant that were named', async () => {
      expect(await registry.resolve('m@9+fp32')).toMatchObject({ version: { version: '9' }, variant: 'fp32', alias: undefined });
    });

    it('lets variants be asked for that the runtime can make of a text model, and of no other', async () => {
      await writeFiles(root, { 'reader/config.json': '{}', 'reader/tokenizer.json': '{}', 'reader/onnx/model.onnx': onnx });
      registry = registryOf({ derivable: ['int8'] });
      expect(await registry.resolve('reader+int8')).toMatchObject({ version: { name: 'reader' }, variant: 'int8' });
      expect(await codeOf(registry.resolve('reader+int4'))).toBe('REGISTRY.VARIANT_NOT_FOUND');
      expect(await codeOf(registry.resolve('m+int8'))).toBe('REGISTRY.VARIANT_NOT_FOUND');
    });

    it.each([
      ['m@@', 'REGISTRY.INVALID_REFERENCE', 'name[@version][+variant]'],
      ['nobody', 'REGISTRY.MODEL_NOT_FOUND', "model 'nobody' does not exist, there is bad, m"],
      ['M', 'REGISTRY.MODEL_NOT_FOUND', 'there is bad, m'],
      ['m@8', 'REGISTRY.VERSION_NOT_FOUND', "model 'm' has no version '8', there is 10, 9"],
      ['m+int8', 'REGISTRY.VARIANT_NOT_FOUND', "model 'm' has no variant 'int8', there is fp32"],
      ['bad', 'REGISTRY.MODEL_BROKEN', "model 'bad' cannot be served: model.onnx does not begin like an ONNX file"],
    ])('refuses %s with %s, naming what exists', async (reference, code, message) => {
      await expect(registry.resolve(reference)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    });

    it('names at most ten of what exists', async () => {
      await writeFiles(root, Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`model-${i}/model.onnx`, onnx])));
      await registry.refresh();
      await expect(registry.resolve('nobody')).rejects.toThrow(/model-15 and 12 more$/);
    });

    it('passes a broken version over when none was named', async () => {
      await writeFiles(root, { 'm/11/model.onnx': onnx.subarray(0, 10) });
      await registry.refresh();
      expect(await versionOf('m')).toBe('10');
      expect(await codeOf(registry.resolve('m@11'))).toBe('REGISTRY.MODEL_BROKEN');
    });

    it('finds a model, and a version, that came after the last scan', async () => {
      await writeFiles(root, { 'new/model.onnx': onnx, 'm/12/model.onnx': onnx });
      clock.advance(1_000);
      expect([await versionOf('new'), await versionOf('m@12')]).toEqual(['1', '12']);
    });

    it('serves a half-written model as soon as it is whole', async () => {
      await writeFiles(root, { 'bad/1/model.onnx': onnx });
      clock.advance(1_000);
      expect(await versionOf('bad')).toBe('1');
    });

    it('looks on the disk at most once a second, however many unknown names are asked for', async () => {
      clock.advance(1_000);
      scans = 0;
      const flood = () => Promise.all(Array.from({ length: 100 }, (_, i) => codeOf(registry.resolve(`unknown-${i}`))));
      expect(new Set([...(await flood()), ...(await flood())])).toEqual(new Set(['REGISTRY.MODEL_NOT_FOUND']));
      expect(scans).toBe(1);
      clock.advance(1_000);
      await flood();
      expect(scans).toBe(2);
    });

    it('does not look on the disk for what it knows', async () => {
      clock.advance(10_000);
      scans = 0;
      await Promise.all([registry.resolve('m'), registry.resolve('m@9')]);
      expect(scans).toBe(0);
    });

    it('scans before the first answer when nobody did', async () => {
      registry = registryOf({});
      expect(await versionOf('m')).toBe('10');
    });
  });

  describe('refresh', () => {
    it('scans once for all who call at the same time', async () => {
      scans = 0;
      await Promise.all([registry.refresh(), registry.refresh(), registry.refresh()]);
      expect(scans).toBe(1);
    });

    it('forgets what is gone', async () => {
      await rm(join(root, 'm/10'), { recursive: true });
      await registry.refresh();
      expect(await versionOf('m')).toBe('9');
    });
  });

  describe('withdraw', () => {
    it('keeps a model unloaded over refreshes and new versions, until it is offered', async () => {
      registry.withdraw('m');
      await writeFiles(root, { 'm/11/model.onnx': onnx });
      await registry.refresh();
      expect(await Promise.all(['m', 'm@9', 'm@11'].map((reference) => codeOf(registry.resolve(reference))))).toEqual(Array(3).fill('REGISTRY.MODEL_UNLOADED'));
      expect(stateOf('m', '9')?.state).toBe('unloaded');

      registry.offer('m');
      expect(await versionOf('m')).toBe('11');
    });

    it('takes out one version, so that latest is the next one', async () => {
      registry.withdraw('m', '10');
      expect([await versionOf('m'), await codeOf(registry.resolve('m@10'))]).toEqual(['9', 'REGISTRY.MODEL_UNLOADED']);
    });

    it('lets one version of a withdrawn model back', async () => {
      registry.withdraw('m');
      registry.offer('m', '9');
      expect([await versionOf('m'), await codeOf(registry.resolve('m@10'))]).toEqual(['9', 'REGISTRY.MODEL_UNLOADED']);
    });

    it('reads the alias latest as the plain name', async () => {
      registry.withdraw('m', 'latest');
      expect(await codeOf(registry.resolve('m@9'))).toBe('REGISTRY.MODEL_UNLOADED');
      registry.offer('m', 'latest');
      expect(await versionOf('m')).toBe('10');
    });

    it('offers a version of a withdrawn model that only the next scan finds', async () => {
      registry.withdraw('m');
      await writeFiles(root, { 'm/12/model.onnx': onnx });
      registry.offer('m', '12');
      await registry.refresh();
      expect(await versionOf('m@12')).toBe('12');
    });

    it('refuses what does not exist, so that names do not pile up', () => {
      expect(() => registry.withdraw('nobody')).toThrow(expect.objectContaining({ code: 'REGISTRY.MODEL_NOT_FOUND' }));
      expect(() => registry.withdraw('m', '8')).toThrow(expect.objectContaining({ code: 'REGISTRY.VERSION_NOT_FOUND' }));
    });
  });

  describe('defaultFor', () => {
    it('gives the configured reference, otherwise the bundled model, otherwise throws', async () => {
      const sentenceModel = { 'config.json': {}, 'modules.json': [{ type: 'x.Transformer' }], 'tokenizer.json': '{}', 'model.onnx': onnx };
      await writeFiles(root, Object.fromEntries(Object.entries(sentenceModel).map(([path, content]) => [`e/${path}`, content])));
      registry = registryOf({ folders: [{ path: root, origin: 'bundled' }], defaults: { rerank: 'e@1+fp32' } });
      await registry.refresh();
      expect([registry.defaultFor('embed'), registry.defaultFor('rerank')]).toEqual(['e', 'e@1+fp32']);
      expect(() => registry.defaultFor('classify')).toThrow(expect.objectContaining({ code: 'REGISTRY.NO_DEFAULT_MODEL' }));
    });
  });

  describe('artifact', () => {
    const artifactOf = async (reference: string) => registry.artifact((await registry.resolve(reference)).version, 'fp32');
    const pinned = (content: Uint8Array, version = '1') => ({ name: 'p', version, task: 'tensor', files: pinsOf({ 'model.onnx': content }), variants: { fp32: { file: 'model.onnx' } } });

    it('gives the file with its hash and the limits that hold for it', async () => {
      expect(await artifactOf('m')).toEqual({
        name: 'm', version: '10', variant: 'fp32', file: join(root, 'm/10/model.onnx'), maxTokens: 0, maxBatchRows: 32,
        digest: `sha256:${pinsOf({ onnx })['onnx']!.sha256}`,
      });
    });

    it('hashes anew a file that changed after the scan and before the first load', async () => {
      await writeFiles(root, { 'm/10/model.onnx': other });
      expect((await artifactOf('m')).digest).toBe(`sha256:${pinsOf({ other })['other']!.sha256}`);
    });

    it('refuses a file with another hash than its pin, lists it as failed and serves the version before', async () => {
      await writeFiles(root, { 'p/1/cortex-model.json': pinned(onnx), 'p/1/model.onnx': onnx, 'p/2/cortex-model.json': pinned(onnx, '2'), 'p/2/model.onnx': Buffer.from(onnx).fill(0x41, onnx.length - 2) });
      await registry.refresh();
      expect(await codeOf(artifactOf('p'))).toBe('REGISTRY.MODEL_BROKEN');
      expect(stateOf('p', '2')).toMatchObject({ state: 'failed', reason: 'model.onnx has another sha256 than the manifest says' });

      await registry.refresh();
      expect([stateOf('p', '2')?.state, await versionOf('p')]).toEqual(['failed', '1']);
    });

    it('gives a version back once its file is what the pin says', async () => {
      await writeFiles(root, { 'p/1/cortex-model.json': pinned(onnx), 'p/1/model.onnx': Buffer.from(onnx).fill(0x41, onnx.length - 2) });
      await registry.refresh();
      await codeOf(artifactOf('p'));
      await writeFiles(root, { 'p/1/model.onnx': onnx });
      clock.advance(1_000);
      expect((await artifactOf('p')).name).toBe('p');
    });

    it('covers weights beside the graph, by their pins too', async () => {
      const graph = onnxBytes({ externalData: 'model.data' });
      const write = (weights: string, pin: string) =>
        writeFiles(root, { 'p/1/model.onnx': graph, 'p/1/model.data': weights, 'p/1/cortex-model.json': { ...pinned(graph), files: pinsOf({ 'model.onnx': graph, 'model.data': pin }) } });
      await write('one', 'one');
      await registry.refresh();
      const before = await artifactOf('p');
      await write('two', 'two');
      await registry.refresh();
      expect((await artifactOf('p')).digest).not.toBe(before.digest);
      await write('bad', 'two');
      await expect(artifactOf('p')).rejects.toThrow('model.data has another sha256');
    });

    it.each([
      ['a link', async (file: string) => rm(file).then(() => symlink('/etc/hostname', file)), 'model.onnx is a link'],
      ['nothing', async (file: string) => rm(file), 'model.onnx is missing'],
      ['a graph that reads elsewhere', async (file: string) => writeFiles(file, { '../model.onnx': onnxBytes({ externalData: '/etc/hostname' }) }), 'takes weights from other files now'],
      ['half a graph', async (file: string) => writeFiles(file, { '../model.onnx': onnx.subarray(0, 10) }), 'model.onnx is cut off'],
    ])('refuses a file that became %s after the scan', async (_, change, reason) => {
      const { version } = await registry.resolve('m');
      await change(join(root, 'm/10/model.onnx'));
      await expect(registry.artifact(version, 'fp32')).rejects.toMatchObject({ code: 'REGISTRY.MODEL_BROKEN', reason: expect.stringContaining(reason) });
      expect([stateOf('m', '10')?.state, await versionOf('m')]).toEqual(['failed', '9']);
    });

    it('refuses a variant that does not exist without calling the version broken', async () => {
      const { version } = await registry.resolve('m');
      await expect(registry.artifact(version, 'int8')).rejects.toMatchObject({ code: 'REGISTRY.VARIANT_NOT_FOUND' });
      expect(stateOf('m', '10')?.state).toBe('available');
    });
  });

  describe('first-load pins', () => {
    const load = async (reference: string) => registry.artifact((await registry.resolve(reference)).version, 'fp32');
    const changed = Buffer.from(onnx).fill(0x41, onnx.length - 2);

    it('keeps what the files were at the first load, once', async () => {
      await Promise.all([load('m'), load('m')]);
      await load('m');
      const { pins, history } = registry.records.of('m');
      expect(pins).toEqual({ 10: [{ path: 'model.onnx', ...pinsOf({ onnx })['onnx'] }] });
      expect(history).toMatchObject([{ by: 'cortex', action: 'pin', to: '10', reason: 'first load: model.onnx' }]);
    });

    it.each([['another content', changed], ['another size', other]])('refuses a file that changes while it is loaded: %s', async (_, content) => {
      const { version } = await registry.resolve('m');
      await registry.artifact(version, 'fp32');
      await writeFiles(root, { 'm/10/model.onnx': content });
      await registry.refresh();
      expect(await versionOf('m')).toBe('10'); // what is loaded runs on

      await expect(load('m')).rejects.toMatchObject({ code: 'REGISTRY.MODEL_BROKEN', reason: 'model.onnx is not what it was at the first load; load m@10 explicitly to accept it' });
      await registry.refresh();
      expect([stateOf('m', '10')?.state, await versionOf('m')]).toEqual(['failed', '9']);
    });

    it('accepts the change when it is asked to, and says so in the history', async () => {
      await load('m');
      await writeFiles(root, { 'm/10/model.onnx': other });
      await codeOf(load('m'));
      expect(await registry.repin('m', '10', 'admin')).toBe(true);
      expect((await load('m')).digest).toBe(`sha256:${pinsOf({ other })['other']!.sha256}`);
      expect(registry.records.of('m').history[0]).toMatchObject({ by: 'admin', action: 'pin', to: '10', reason: 'changed on disk and accepted: model.onnx' });
    });

    it('accepts nothing where nothing changed, was loaded, or is there', async () => {
      expect(await registry.repin('m')).toBe(false);
      await load('m');
      expect([await registry.repin('m'), await registry.repin('m', '9')]).toEqual([false, false]);
      await expect(registry.repin('m', '8')).rejects.toMatchObject({ code: 'REGISTRY.VERSION_NOT_FOUND' });
      expect(registry.records.of('m').revision).toBe(1);
    });

    it('leaves bundled models alone: they change with the server', async () => {
      registry = registryOf({ folders: [{ path: root, origin: 'bundled' }] });
      await load('m');
      expect(registry.records.of('m').pins).toEqual({});
    });
  });

  describe('aliases', () => {
    it('resolves an alias, and the plain name where latest was moved', async () => {
      await change('m', { aliases: { stable: '9', latest: '9' } });
      expect(await registry.resolve('m@stable+fp32')).toMatchObject({ version: { version: '9' }, alias: 'stable', variant: 'fp32' });
      expect([await versionOf('m'), await versionOf('m@latest'), await versionOf('m@10')]).toEqual(['9', '9', '10']);
    });

    it('sees a move at the next request, and every request one version or the other', async () => {
      await change('m', { aliases: { stable: '9' } });
      const seen: string[] = [];
      const moves = (async () => {
        for (let i = 0; i < 50; i += 1) await change('m', { aliases: { stable: i % 2 ? '9' : '10' } });
      })();
      for (let i = 0; i < 200; i += 1) {
        const { version, alias } = await registry.resolve('m@stable');
        expect(version.folder.endsWith(version.version) && alias).toBe('stable');
        seen.push(version.version);
      }
      await moves;
      expect(new Set(seen)).toEqual(new Set(['9', '10']));
    });

    it.each(['constructor', 'toString', 'stable'])('knows no alias %s that nobody made', async (alias) => {
      await expect(registry.resolve(`m@${alias}`)).rejects.toMatchObject({ code: 'REGISTRY.VERSION_NOT_FOUND' });
    });

    it('names aliases beside versions when neither is known', async () => {
      await change('m', { aliases: { stable: '9' } });
      await expect(registry.resolve('m@stabel')).rejects.toThrow("has no version 'stabel', there is 10, 9, stable");
    });

    it('does not float from a version that broke to another one', async () => {
      await change('m', { aliases: { stable: '10' } });
      await writeFiles(root, { 'm/10/model.onnx': onnx.subarray(0, 10) });
      await registry.refresh();
      expect([await codeOf(registry.resolve('m@stable')), await versionOf('m')]).toEqual(['REGISTRY.MODEL_BROKEN', '9']);
    });

    it('withdraws and offers the version that an alias gives', async () => {
      await change('m', { aliases: { stable: '9' } });
      registry.withdraw('m', 'stable');
      expect(await codeOf(registry.resolve('m@9'))).toBe('REGISTRY.MODEL_UNLOADED');
      registry.offer('m', 'stable');
      expect(await versionOf('m@9')).toBe('9');
    });

    it('refuses a model whose record is damaged, and serves the others', async () => {
      registry.records.damageOf = (name) => (name === 'm' ? new CatalogDamagedError(name, 'it is not valid JSON') : undefined);
      await registry.refresh();
      await expect(registry.resolve('m')).rejects.toMatchObject({ code: 'REGISTRY.MODEL_BROKEN', reason: expect.stringContaining('record of model') });
    });
  });

  describe('rollouts', () => {
    const rollout = { alias: 'stable', version: '10', mode: 'canary' as const, weight: 0.3, startedAt: 1 };
    const ids = Array.from({ length: 2_000 }, (_, i) => `request-${i}`);
    const shareOf = async (has: (model: ResolvedModel) => boolean) => (await Promise.all(ids.map((id) => registry.resolve('m@stable', id)))).filter(has).length / ids.length;

    it('gives the canary its share, and each id the same answer every time', async () => {
      await change('m', { aliases: { stable: '9' }, rollouts: [rollout] });
      expect(await shareOf(({ version }) => version.version === '10')).toBeCloseTo(0.3, 1);
      for (const id of ids.slice(0, 50)) {
        const model = await registry.resolve('m@stable', id);
        const isCanary = model.rollout!.draw < 0.3;
        expect(model).toMatchObject({ alias: 'stable', version: { version: isCanary ? '10' : '9' }, rollout: { arm: isCanary ? 'canary' : 'stable', weight: 0.3, stable: { version: '9' } } });
        expect(await registry.resolve('m@stable', id)).toEqual(model);
      }
    });

    it('keeps who is in when the share grows', async () => {
      const isIn = async (weight: number) => {
        await change('m', { aliases: { stable: '9' }, rollouts: [{ ...rollout, weight }] });
        const models = await Promise.all(ids.map((id) => registry.resolve('m@stable', id)));
        return new Set(ids.filter((_, i) => models[i]!.version.version === '10'));
      };
      const [few, many, all] = [await isIn(0.1), await isIn(0.4), await isIn(1)];
      expect([[...few].every((id) => many.has(id)), few.size < many.size, all.size]).toEqual([true, true, ids.length]);
    });

    it('lets a shadow see its share while the stable version answers', async () => {
      await change('m', { aliases: { stable: '9' }, rollouts: [{ ...rollout, mode: 'shadow' }] });
      expect(await shareOf(({ rollout: draw }) => draw!.shadow?.version === '10')).toBeCloseTo(0.3, 1);
      expect(await shareOf(({ version, rollout: draw }) => version.version === '9' && draw!.arm === 'stable')).toBe(1);
    });

    it('has no say over other aliases, versions by name, and callers without an id', async () => {
      await change('m', { aliases: { stable: '9' }, rollouts: [{ ...rollout, weight: 1 }] });
      const models = [await registry.resolve('m', 'id'), await registry.resolve('m@9', 'id'), await registry.resolve('m@stable')];
      expect(models.map(({ version, rollout: draw }) => [version.version, draw])).toEqual([['10', undefined], ['9', undefined], ['9', undefined]]);
    });

    it('tries the plain name, too', async () => {
      await change('m', { rollouts: [{ ...rollout, alias: 'latest', version: '9', weight: 1 }] });
      expect(await registry.resolve('m', 'id')).toMatchObject({ version: { version: '9' }, rollout: { arm: 'canary', stable: { version: '10' } } });
    });

    it('lets the stable version answer alone while the canary cannot', async () => {
      await change('m', { aliases: { stable: '9' }, rollouts: [{ ...rollout, weight: 1 }] });
      registry.withdraw('m', '10');
      expect(await registry.resolve('m@stable', 'id')).toEqual(await registry.resolve('m@stable'));
      registry.offer('m', '10');
      expect((await registry.resolve('m@stable', 'id')).version.version).toBe('10');
    });
  });

  it('never shows where its folders lie', async () => {
    await writeFiles(root, { 'j/config.json': '{', 's/1/config.json': { architectures: 5 }, 's/2/cortex-model.json': { name: root } });
    await registry.refresh();
    expect(JSON.stringify(registry.index().map(({ reason }) => reason))).not.toContain(root);
  });
});
