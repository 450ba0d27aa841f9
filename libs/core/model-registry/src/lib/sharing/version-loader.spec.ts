import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeClock } from '@cortex/kernel/testing';
import { FaultyObjects } from '../../testing/faulty-objects';
import { graphOf, Replica, type ReplicaOptions } from '../../testing/replica';
import { MemoryModelCatalog } from '../catalog/memory-model-catalog';

describe('VersionLoader', () => {
  let objects: FaultyObjects;
  let catalog: MemoryModelCatalog;
  const replicas: Replica[] = [];

  beforeEach(async () => {
    objects = new FaultyObjects();
    catalog = new MemoryModelCatalog();
    const origin = await replica();
    await origin.install('m', '2', 'two');
    await origin.install('m', '10', 'ten');
    objects.reads.length = 0;
  });
  afterEach(async () => {
    for (const one of replicas.splice(0)) await one[Symbol.asyncDispose]();
  });

  async function replica(differs: Partial<ReplicaOptions> = {}): Promise<Replica> {
    const made = await Replica.with({ objects, catalog: catalog.another(), eager: false, ...differs });
    await made.sync.begin();
    replicas.push(made);
    return made;
  }
  const versionOf = async ({ registry }: Replica, reference: string) => (await registry.resolve(reference)).version.version;

  it('brings what is asked for, as it was installed elsewhere', async () => {
    const other = await replica();
    expect(other.available()).toEqual([]);
    expect([await versionOf(other, 'm@2'), other.available()]).toEqual(['2', ['m@2']]);
    expect(await readFile(join(other.folder, 'm/2/model.onnx'))).toEqual(graphOf('two'));
    expect(JSON.parse(await readFile(join(other.folder, 'm/2/cortex-origin.json'), 'utf8'))).toMatchObject({ kind: 'upload', files: [{ path: 'model.onnx' }] });
    expect(other.lines).toEqual([expect.stringMatching(/^m@2 has come: 1 files, .*, \d\.\d s$/)]);
    expect(other.registry.records.of('m').history.filter(({ action }) => action === 'register')).toHaveLength(2);
  });

  it('brings the highest version where none is named, and an alias\'s own', async () => {
    const [one, other] = [await replica(), await replica()];
    await one.registry.records.change('m', (record) => ({ ...record, aliases: { stable: '2' } }));
    await sleep(5);
    expect([await versionOf(one, 'm'), await versionOf(other, 'm@stable')]).toEqual(['10', '2']);
  });

  it('knows at once what was shared just now, before it hears of it', async () => {
    const other = await replica({ catalog: deaf(catalog.another()) });
    await replicas[0]!.install('m', '11', 'eleven');
    expect([other.registry.records.of('m').shared['11'], await versionOf(other, 'm@11')]).toEqual([undefined, '11']);
  });

  it('brings it once, however many ask', async () => {
    const other = await replica();
    objects.delayMs = 5;
    await Promise.all(Array.from({ length: 30 }, () => versionOf(other, 'm@2')));
    expect(objects.reads).toHaveLength(1);
  });

  it('knows nothing of what nobody shares', async () => {
    const other = await replica();
    await expect(versionOf(other, 'm@3')).rejects.toMatchObject({ code: 'REGISTRY.MODEL_NOT_FOUND' });
    await expect(versionOf(other, 'n')).rejects.toMatchObject({ code: 'REGISTRY.MODEL_NOT_FOUND' });
  });

  it('says of what was taken in elsewhere, and is not shared yet, that it comes', async () => {
    const other = await replica();
    await other.registry.records.change('m', (record) => ({ ...record, provenance: { ...record.provenance, 3: { kind: 'upload' } } }));
    await expect(versionOf(other, 'm@3')).rejects.toMatchObject({ code: 'REGISTRY.VERSION_COMING', kind: 'unavailable', retryAfterMs: 5_000 });
  });

  it('lets a request wait for so long, and says when to come back', async () => {
    const other = await replica({ patienceMs: 30 });
    objects.delayMs = 150;
    await expect(versionOf(other, 'm@2')).rejects.toMatchObject({ code: 'REGISTRY.VERSION_COMING', kind: 'unavailable', retryAfterMs: expect.any(Number), message: expect.stringMatching(/^version '2' of model 'm' is on its way to this server \(0 B of 1 KiB\)$/) });
    await other.loader.fetch('m', '2');
    expect([await versionOf(other, 'm@2'), objects.reads.length]).toEqual(['2', 1]);
  });

  it('lets a request go at its deadline, while the version goes on', async () => {
    const other = await replica();
    objects.delayMs = 100;
    const leaving = new AbortController();
    const reason = new Error('the deadline');
    setTimeout(() => leaving.abort(reason), 20);
    await expect(other.registry.resolve('m@2', { signal: leaving.signal })).rejects.toBe(reason);
    expect([await versionOf(other, 'm@2'), objects.reads.length]).toEqual(['2', 1]);
  });

  it('goes on where it broke off', async () => {
    const clock = new FakeClock();
    const other = await replica({ clock });
    objects.breaksAfterBytes = 400;
    await expect(versionOf(other, 'm@2')).rejects.toMatchObject({ code: 'OBJECTS.UNAVAILABLE' });
    clock.advance(10_000);
    expect([await versionOf(other, 'm@2'), objects.reads.map(({ start }) => start)]).toEqual(['2', [0, 400]]);
    expect(await readFile(join(other.folder, 'm/2/model.onnx'))).toEqual(graphOf('two'));
  });

  it('installs nothing of what is damaged, and does not read it for everybody who asks', async () => {
    const clock = new FakeClock();
    const other = await replica({ clock });
    const whole = new Map(objects.kept);
    for (const [key, { content, modifiedAt }] of whole) objects.kept.set(key, { content: Buffer.from(content.map((byte) => byte ^ 1)), modifiedAt });
    for (let round = 0; round < 5; round += 1) await expect(versionOf(other, 'm@2')).rejects.toMatchObject({ code: 'OBJECTS.CORRUPT', kind: 'unavailable' });
    expect([objects.reads.length, await readdir(other.folder)]).toEqual([1, ['.incoming']]);
    for (const [key, kept] of whole) objects.kept.set(key, kept);
    clock.advance(60_001);
    expect(await versionOf(other, 'm@2')).toBe('2');
  });

  it.each([
    ['a model that is too large', { maxBytes: 500 }, 'REGISTRY.MODEL_TOO_LARGE'],
    ['a file that is too large', { maxFileBytes: 1_000 }, 'REGISTRY.MODEL_TOO_LARGE'],
  ])('refuses %s before it asks for a byte', async (_, limits, code) => {
    const other = await replica({ limits });
    await expect(versionOf(other, 'm@2')).rejects.toMatchObject({ code });
    expect(objects.reads).toEqual([]);
  });

  it('stops when the server does, and goes on at the next start', async () => {
    const first = await replica();
    objects.delayMs = 60_000;
    const asked = versionOf(first, 'm@2');
    const refused = expect(asked).rejects.toMatchObject({ code: 'REGISTRY.TRANSFER_INTERRUPTED', kind: 'unavailable' });
    await sleep(20);
    await first.stop();
    await refused;
    objects.delayMs = 0;
    const again = await Replica.with({ objects, catalog: catalog.another(), eager: false }, first.folder);
    await again.sync.begin();
    expect(await versionOf(again, 'm@2')).toBe('2');
    await again.stop();
  });

  it('takes what lies here already, however it came', async () => {
    const other = await replica();
    await other.put('m', '2', { 'model.onnx': graphOf('by hand') });
    await other.loader.fetch('m', '2');
    expect([await readFile(join(other.folder, 'm/2/model.onnx')), objects.reads]).toEqual([graphOf('by hand'), []]);
  });
});

/** A catalogue whose changes nobody is told. */
function deaf(catalog: MemoryModelCatalog): MemoryModelCatalog {
  catalog.watch = () => ({ [Symbol.dispose]: () => undefined });
  return catalog;
}
