import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FaultyObjects } from '../../testing/faulty-objects';
import { graphOf, Replica, type ReplicaOptions } from '../../testing/replica';
import { MemoryModelCatalog } from '../catalog/memory-model-catalog';

describe('ReplicaSync', () => {
  let objects: FaultyObjects;
  let catalog: MemoryModelCatalog;
  const replicas: Replica[] = [];

  beforeEach(() => {
    objects = new FaultyObjects();
    catalog = new MemoryModelCatalog();
  });
  afterEach(async () => {
    for (const one of replicas.splice(0)) await one[Symbol.asyncDispose]();
  });

  async function replica(differs: Partial<ReplicaOptions> = {}, folder?: string): Promise<Replica> {
    const made = await Replica.with({ objects, catalog: catalog.another(), ...differs }, folder);
    await made.sync.begin();
    replicas.push(made);
    return made;
  }
  async function until(condition: () => unknown): Promise<void> {
    for (let tries = 0; !condition() && tries < 400; tries += 1) await sleep(10);
    expect(condition()).toBeTruthy();
  }
  const has = (one: Replica, ...versions: readonly string[]) => until(() => one.available().join() === versions.join());
  const keys = () => [...objects.kept.keys()];

  it('gives a version to all others as soon as it is installed', async () => {
    const [one, other, third] = [await replica(), await replica(), await replica()];
    await one.install('m', '1', 'one');
    expect([one.shelf.has('m', '1'), keys()]).toEqual([true, [expect.stringMatching(/^models\/sha256\/../)]]);
    for (const each of [other, third]) await has(each, 'm@1');
    expect(await readFile(join(third.folder, 'm/1/model.onnx'))).toEqual(graphOf('one'));
  });

  it('gives what is there to a server that comes later', async () => {
    const one = await replica();
    await one.install('m', '1', 'one');
    await has(await replica(), 'm@1');
  });

  it('takes a version from all others when it is deleted, and its files from the store', async () => {
    const [one, other] = [await replica(), await replica()];
    await one.install('m', '1', 'one');
    await one.install('n', '1', 'of both');
    await one.install('n', '2', 'of both');
    await has(other, 'm@1', 'n@1', 'n@2');
    await other.delete('n', '1');
    await has(one, 'm@1', 'n@2');
    await other.delete('m', '1');
    await has(one, 'n@2');
    expect([one.unloaded, existsSync(join(one.folder, 'm')), existsSync(join(one.folder, 'n/1')), keys()]).toEqual([['n@1', 'm@1'], false, false, [expect.any(String)]]);
    await until(() => one.lines.includes('m@1 is gone: it was deleted or replaced on another server'));
  });

  it('hears at its next start of what happened while it was away', async () => {
    const [one, other] = [await replica(), await replica()];
    await one.install('m', '1', 'one');
    await one.install('m', '2', 'two');
    await has(other, 'm@1', 'm@2');
    await other.stop();
    await one.delete('m', '1');
    await one.install('m', '3', 'three');
    await one.delete('m', '2');
    await one.install('m', '2', 'another two');
    const again = await replica({}, other.folder);
    await has(again, 'm@2', 'm@3');
    expect(await readFile(join(again.folder, 'm/2/model.onnx'))).toEqual(graphOf('another two'));
  });

  it('shares later what could not be shared at once', async () => {
    const [one, other] = [await replica(), await replica()];
    objects.isCut = true;
    await one.install('m', '1', 'one');
    expect([one.available(), one.shelf.has('m', '1')]).toEqual([['m@1'], false]);
    await until(() => one.warnings.some((line) => line === 'm@1 is not yet as it is shared: the object store does not answer'));
    await expect(other.registry.resolve('m@1')).rejects.toMatchObject({ code: 'REGISTRY.VERSION_COMING' });
    objects.isCut = false;
    await has(other, 'm@1');
    expect(one.warnings.filter((line) => line.startsWith('m@1'))).toHaveLength(1);
  });

  it('shares what lay here before there was anybody to share it with', async () => {
    const alone = await Replica.with({ objects: new FaultyObjects(), catalog: new MemoryModelCatalog() });
    await alone.install('m', '1', 'one');
    await alone.stop();
    const [one, other] = [await replica({}, alone.folder), await replica()];
    await has(other, 'm@1');
    expect(one.available()).toEqual(['m@1']);
  });

  it('puts back what has gone from the store', async () => {
    const one = await replica({ auditMs: 50 });
    await one.install('m', '1', 'one');
    objects.kept.clear();
    await until(() => objects.kept.size === 1);
    await has(await replica(), 'm@1');
  });

  it('keeps what it has when the catalogue is lost, and shares it anew', async () => {
    const one = await replica();
    await one.install('m', '1', 'one');
    await one.stop();
    catalog = new MemoryModelCatalog();
    const again = await replica({}, one.folder);
    expect([again.available(), again.shelf.has('m', '1')]).toEqual([['m@1'], true]);
  });

  it('refuses an upload of what others have, before it is here', async () => {
    const [one, other] = [await replica(), await replica({ eager: false })];
    await one.install('m', '1', 'one');
    await expect(other.install('m', '1', 'mine')).rejects.toMatchObject({ code: 'REGISTRY.VERSION_EXISTS' });
  });

  it('deletes everywhere what is not here', async () => {
    const [one, other] = [await replica(), await replica({ eager: false })];
    await one.install('m', '1', 'one');
    expect(await other.delete('m', '1')).toBe('m@1');
    await has(one);
    expect(keys()).toEqual([]);
  });

  it('leaves an operator\'s own folder alone', async () => {
    const [one, other] = [await replica(), await replica()];
    await other.put('m', '1', { 'model.onnx': graphOf('by hand') });
    await one.install('m', '1', 'one');
    await one.install('m', '2', 'two');
    await has(other, 'm@1', 'm@2');
    await one.delete('m', '1');
    await one.install('m', '3', 'three');
    await has(other, 'm@1', 'm@2', 'm@3');
    expect(await readFile(join(other.folder, 'm/1/model.onnx'))).toEqual(graphOf('by hand'));
  });

  it('goes on with the others when one cannot be brought', async () => {
    const one = await replica();
    await one.install('a', '1', 'a');
    objects.kept.clear();
    await one.install('b', '1', 'b');
    const other = await replica();
    await has(other, 'b@1');
    expect(other.warnings).toEqual([expect.stringMatching(/^a@1 is not yet as it is shared: there is no object/)]);
  });

  it('does nothing any more once it was closed', async () => {
    const [one, other] = [await replica(), await replica({ auditMs: 10 })];
    await other.stop();
    await one.install('m', '1', 'one');
    await sleep(60);
    expect(other.available()).toEqual([]);
  });

  it('brings all to the same, whatever they do at the same time', async () => {
    const all = [await replica({ auditMs: 40 }), await replica({ auditMs: 40 }), await replica({ auditMs: 40 })];
    const turns = all.flatMap((one, i) => ['1', '2', '3'].map(async (version) => {
      await sleep(7 * i);
      await one.install('m', version, `${i}/${version}`).catch(ignoreTaken);
      await sleep(11);
      if ((i + Number(version)) % 3 === 0) await one.delete('m', version).catch(ignoreTaken);
    }));
    await Promise.all(turns);
    const shared = () => Object.keys(all[0]!.registry.records.of('m').shared).sort();
    await until(() => all.every((one) => one.available().join() === shared().map((version) => `m@${version}`).join()));
    for (const version of shared()) {
      const contents = await Promise.all(all.map((one) => readFile(join(one.folder, 'm', version, 'model.onnx'), 'utf8')));
      expect(new Set(contents).size).toBe(1);
    }
  });
});

/** What another one did first. */
function ignoreTaken(error: unknown): void {
  const codes = ['REGISTRY.VERSION_EXISTS', 'REGISTRY.VERSION_NOT_FOUND', 'REGISTRY.MODEL_NOT_FOUND', 'REGISTRY.VERSION_FIXED', 'REGISTRY.VERSION_BUSY'];
  expect(codes).toContain((error as { code?: string }).code);
}
