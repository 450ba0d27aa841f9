import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onnxBytes } from '../testing/model-folders';
import { RegistryOnDisk, codeOf } from '../testing/registry-on-disk';

const onnx = onnxBytes();

describe('ModelRegistry', () => {
  let disk: RegistryOnDisk;

  beforeEach(async () => {
    disk = await RegistryOnDisk.make();
  });
  afterEach(() => disk[Symbol.asyncDispose]());

  describe('resolve', () => {
    it('reads a plain name as the alias latest: the highest version by number', async () => {
      expect(await disk.registry.resolve('m')).toMatchObject({ version: { version: '10' }, alias: 'latest', variant: undefined });
      expect(await disk.registry.resolve('m@latest')).toMatchObject({ version: { version: '10' }, alias: 'latest' });
    });

    it('gives the version and the variant that were named', async () => {
      expect(await disk.registry.resolve('m@9+fp32')).toMatchObject({ version: { version: '9' }, variant: 'fp32', alias: undefined });
    });

    it('lets variants be asked for that the runtime can make of a text model, and of no other', async () => {
      await disk.write({ 'reader/config.json': '{}', 'reader/tokenizer.json': '{}', 'reader/onnx/model.onnx': onnx });
      disk.reopen({ derivable: ['int8'] });
      expect(await disk.registry.resolve('reader+int8')).toMatchObject({ version: { name: 'reader' }, variant: 'int8' });
      expect(await codeOf(disk.registry.resolve('reader+int4'))).toBe('REGISTRY.VARIANT_NOT_FOUND');
      expect(await codeOf(disk.registry.resolve('m+int8'))).toBe('REGISTRY.VARIANT_NOT_FOUND');
    });

    it.each([
      ['m@@', 'REGISTRY.INVALID_REFERENCE', 'name[@version][+variant]'],
      ['nobody', 'REGISTRY.MODEL_NOT_FOUND', "model 'nobody' does not exist, there is bad, m"],
      ['M', 'REGISTRY.MODEL_NOT_FOUND', 'there is bad, m'],
      ['m@8', 'REGISTRY.VERSION_NOT_FOUND', "model 'm' has no version '8', there is 10, 9"],
      ['m+int8', 'REGISTRY.VARIANT_NOT_FOUND', "model 'm' has no variant 'int8', there is fp32"],
      ['bad', 'REGISTRY.MODEL_BROKEN', "model 'bad' cannot be served: model.onnx does not begin like an ONNX file"],
    ])('refuses %s with %s, naming what exists', async (reference, code, message) => {
      await expect(disk.registry.resolve(reference)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    });

    it('names at most ten of what exists', async () => {
      await disk.write(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`model-${i}/model.onnx`, onnx])));
      await disk.registry.refresh();
      await expect(disk.registry.resolve('nobody')).rejects.toThrow(/model-15 and 12 more$/);
    });

    it('passes a broken version over when none was named', async () => {
      await disk.write({ 'm/11/model.onnx': onnx.subarray(0, 10) });
      await disk.registry.refresh();
      expect(await disk.versionOf('m')).toBe('10');
      expect(await codeOf(disk.registry.resolve('m@11'))).toBe('REGISTRY.MODEL_BROKEN');
    });

    it('finds a model, and a version, that came after the last scan', async () => {
      await disk.write({ 'new/model.onnx': onnx, 'm/12/model.onnx': onnx });
      disk.clock.advance(1_000);
      expect([await disk.versionOf('new'), await disk.versionOf('m@12')]).toEqual(['1', '12']);
    });

    it('serves a half-written model as soon as it is whole', async () => {
      await disk.write({ 'bad/1/model.onnx': onnx });
      disk.clock.advance(1_000);
      expect(await disk.versionOf('bad')).toBe('1');
    });

    it('looks on the disk at most once a second, however many unknown names are asked for', async () => {
      disk.clock.advance(1_000);
      disk.scans = 0;
      const flood = () => Promise.all(Array.from({ length: 100 }, (_, i) => codeOf(disk.registry.resolve(`unknown-${i}`))));
      expect(new Set([...(await flood()), ...(await flood())])).toEqual(new Set(['REGISTRY.MODEL_NOT_FOUND']));
      expect(disk.scans).toBe(1);
      disk.clock.advance(1_000);
      await flood();
      expect(disk.scans).toBe(2);
    });

    it('does not look on the disk for what it knows', async () => {
      disk.clock.advance(10_000);
      disk.scans = 0;
      await Promise.all([disk.registry.resolve('m'), disk.registry.resolve('m@9')]);
      expect(disk.scans).toBe(0);
    });

    it('scans before the first answer when nobody did', async () => {
      disk.reopen({});
      expect(await disk.versionOf('m')).toBe('10');
    });
  });

  describe('refresh', () => {
    it('scans once for all who call at the same time', async () => {
      disk.scans = 0;
      await Promise.all([disk.registry.refresh(), disk.registry.refresh(), disk.registry.refresh()]);
      expect(disk.scans).toBe(1);
    });

    it('forgets what is gone', async () => {
      await rm(join(disk.root, 'm/10'), { recursive: true });
      await disk.registry.refresh();
      expect(await disk.versionOf('m')).toBe('9');
    });
  });

  describe('withdraw', () => {
    it('keeps a model unloaded over refreshes and new versions, until it is offered', async () => {
      disk.registry.withdraw('m');
      await disk.write({ 'm/11/model.onnx': onnx });
      await disk.registry.refresh();
      expect(await Promise.all(['m', 'm@9', 'm@11'].map((reference) => codeOf(disk.registry.resolve(reference))))).toEqual(Array(3).fill('REGISTRY.MODEL_UNLOADED'));
      expect(disk.stateOf('m', '9')?.state).toBe('unloaded');

      disk.registry.offer('m');
      expect(await disk.versionOf('m')).toBe('11');
    });

    it('takes out one version, so that latest is the next one', async () => {
      disk.registry.withdraw('m', '10');
      expect([await disk.versionOf('m'), await codeOf(disk.registry.resolve('m@10'))]).toEqual(['9', 'REGISTRY.MODEL_UNLOADED']);
    });

    it('lets one version of a withdrawn model back', async () => {
      disk.registry.withdraw('m');
      disk.registry.offer('m', '9');
      expect([await disk.versionOf('m'), await codeOf(disk.registry.resolve('m@10'))]).toEqual(['9', 'REGISTRY.MODEL_UNLOADED']);
    });

    it('reads the alias latest as the plain name', async () => {
      disk.registry.withdraw('m', 'latest');
      expect(await codeOf(disk.registry.resolve('m@9'))).toBe('REGISTRY.MODEL_UNLOADED');
      disk.registry.offer('m', 'latest');
      expect(await disk.versionOf('m')).toBe('10');
    });

    it('offers a version of a withdrawn model that only the next scan finds', async () => {
      disk.registry.withdraw('m');
      await disk.write({ 'm/12/model.onnx': onnx });
      disk.registry.offer('m', '12');
      await disk.registry.refresh();
      expect(await disk.versionOf('m@12')).toBe('12');
    });

    it('refuses what does not exist, so that names do not pile up', () => {
      expect(() => disk.registry.withdraw('nobody')).toThrow(expect.objectContaining({ code: 'REGISTRY.MODEL_NOT_FOUND' }));
      expect(() => disk.registry.withdraw('m', '8')).toThrow(expect.objectContaining({ code: 'REGISTRY.VERSION_NOT_FOUND' }));
    });
  });

  describe('defaultFor', () => {
    it('gives the configured reference, otherwise the bundled model, otherwise throws', async () => {
      const sentenceModel = { 'config.json': {}, 'modules.json': [{ type: 'x.Transformer' }], 'tokenizer.json': '{}', 'model.onnx': onnx };
      await disk.write(Object.fromEntries(Object.entries(sentenceModel).map(([path, content]) => [`e/${path}`, content])));
      disk.reopen({ folders: [{ path: disk.root, origin: 'bundled' }], defaults: { rerank: 'e@1+fp32' } });
      await disk.registry.refresh();
      expect([disk.registry.defaultFor('embed'), disk.registry.defaultFor('rerank')]).toEqual(['e', 'e@1+fp32']);
      expect(() => disk.registry.defaultFor('classify')).toThrow(expect.objectContaining({ code: 'REGISTRY.NO_DEFAULT_MODEL' }));
    });
  });

  it('never shows where its folders lie', async () => {
    await disk.write({ 'j/config.json': '{', 's/1/config.json': { architectures: 5 }, 's/2/cortex-model.json': { name: disk.root } });
    await disk.registry.refresh();
    expect(JSON.stringify(disk.registry.index().map(({ reason }) => reason))).not.toContain(disk.root);
  });
});
