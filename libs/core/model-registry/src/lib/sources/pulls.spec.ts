import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Jobs, MemoryJobQueue, MemoryJobStore } from '@cortex/jobs';
import { SystemClock } from '@cortex/kernel';
import { FakeModelSource, FakeModelSources, type FakeSourceOptions } from '../../testing/fake-model-source';
import { onnxBytes, writeFiles } from '../../testing/model-folders';
import { ModelRegistry } from '../model-registry';
import { Incoming } from './incoming';
import { openAtEnd, type OpenSink } from './incoming-file';
import { Installer } from './installer';
import type { SourceAddress } from './model-source.port';
import type { PullProgress } from './pull';
import { Pulls } from './pulls';
import { transfersOptionsSchema, type TransfersOptions } from './transfers.options';

const ADDRESS: SourceAddress = { kind: 'hugging-face', model: 'fake/model' };
const GRAPH = onnxBytes({ rawBytes: 300_000 });
const EXPORT = { 'config.json': Buffer.from('{"architectures":["BertModel"]}'), 'model.onnx': GRAPH };

jest.setTimeout(60_000); // a folder is made to last, which a busy disk takes its time for
/** Files are not: that is the disk's affair, and slow. */
const openUnsynced: OpenSink = async (path) => {
  const sink = await openAtEnd(path);
  return { appendFile: (chunk) => sink.appendFile(chunk), truncate: (bytes) => sink.truncate(bytes), datasync: () => Promise.resolve(), close: () => sink.close() };
};

describe('Pulls', () => {
  let folder: string;
  let registry: ModelRegistry;
  const reported: unknown[] = [];
  let store: MemoryJobStore;
  const opened: Jobs[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pulls-'));
    registry = new ModelRegistry({ folders: [{ path: folder, origin: 'folder' }], maxBatchRows: 32 });
    await registry.refresh();
    reported.length = 0;
    store = new MemoryJobStore();
  });
  afterEach(async () => {
    for (const jobs of opened.splice(0)) await jobs.close();
    expect(reported).toEqual([]);
    await rm(folder, { recursive: true });
  });

  const pullsFrom = (source: FakeModelSource, options: Partial<TransfersOptions> = {}, openSink: OpenSink = openUnsynced) => {
    const limits = transfersOptionsSchema.parse({ folder, ...options });
    const incoming = new Incoming(folder, limits.staleMs, openSink);
    const report = (error: unknown) => void reported.push(error);
    const jobs = new Jobs({ store, queue: new MemoryJobQueue(), report }, { pollMs: 10 });
    opened.push(jobs);
    const pulls = new Pulls(jobs, { sources: new FakeModelSources(source), incoming, installer: new Installer(folder, { registry, report }), limits, clock: new SystemClock() });
    jobs.start();
    return pulls;
  };
  const sourceOf = (content: Readonly<Record<string, Uint8Array>> = EXPORT, options: FakeSourceOptions = {}) => new FakeModelSource(content, options);
  const over = async (pulls: Pulls, begun: PullProgress | Promise<PullProgress> = pulls.start({ source: ADDRESS })) => {
    const { id } = await begun;
    for await (const progress of pulls.watch(id, AbortSignal.timeout(50_000))) if (['installed', 'failed', 'cancelled'].includes(progress.state)) return progress;
    throw new Error('the pull was not followed to its end');
  };
  const moving = async (pulls: Pulls, id: string) => {
    while ((await pulls.get(id)).bytes < 20_000) await sleep(2);
  };
  const incoming = () => readdir(join(folder, '.incoming')).catch(() => []);

  it('installs a model that can be asked for at once', async () => {
    const progress = await over(pullsFrom(sourceOf()));
    expect(progress).toMatchObject({ state: 'installed', name: 'pulled', version: '1', bytes: GRAPH.length + 31, totalBytes: GRAPH.length + 31 });
    const { version } = await registry.resolve('pulled');
    expect(version).toMatchObject({ name: 'pulled', version: '1', origin: 'installed', task: 'tensor' });
    expect(version.pins?.map(({ path }) => path)).toEqual(['config.json', 'model.onnx']);
    expect(await readFile(join(version.folder, 'model.onnx'))).toEqual(GRAPH);
    expect(await incoming()).toEqual([]);
  });

  it('takes the name and version that the caller wants', async () => {
    const pulls = pullsFrom(sourceOf());
    await over(pulls, pulls.start({ source: ADDRESS, name: 'mine', version: '7' }));
    expect(registry.index()).toEqual([expect.objectContaining({ name: 'mine', version: '7', state: 'available' })]);
  });

  it('goes on where the connection broke', async () => {
    const source = sourceOf(EXPORT, { breaksAfterBytes: 131_072 });
    const pulls = pullsFrom(source);
    expect(await over(pulls)).toMatchObject({ state: 'failed', error: { code: 'REGISTRY.SOURCE_FAILED' } });
    expect(await over(pulls)).toMatchObject({ state: 'installed' });
    expect(source.opened).toEqual([{ path: 'config.json', startsAt: 0 }, { path: 'model.onnx', startsAt: 0 }, { path: 'model.onnx', startsAt: 131_072 }]);
  });

  it('begins anew when the source changed meanwhile, also where it promises no hashes', async () => {
    const source = sourceOf(EXPORT, { breaksAfterBytes: 131_072, promisesNothing: true });
    const pulls = pullsFrom(source);
    await over(pulls);
    const changed = Buffer.from(GRAPH);
    changed[changed.length - 1] = 0;
    source.content = { ...EXPORT, 'model.onnx': changed };
    expect(await over(pulls)).toMatchObject({ state: 'installed' });
    expect(source.opened.at(-1)).toEqual({ path: 'model.onnx', startsAt: 0 });
    expect(await readFile(join(folder, 'pulled/1/model.onnx'))).toEqual(changed);
  });

  it('installs nothing that an earlier pull of other files left behind', async () => {
    const source = sourceOf(EXPORT, { breaksAfterBytes: 131_072 });
    const pulls = pullsFrom(source);
    await over(pulls);
    source.content = { 'config.json': EXPORT['config.json'], 'onnx/model_int8.onnx': GRAPH };
    expect(await over(pulls)).toMatchObject({ state: 'installed' });
    expect(await readdir(join(folder, 'pulled/1'))).toEqual(['config.json', 'cortex-origin.json', 'onnx']);
  });

  it('throws a file away that is not what was promised, and the next pull brings it anew', async () => {
    const source = sourceOf();
    const describe = source.describe.bind(source);
    const lie = jest.spyOn(source, 'describe').mockImplementation(async (signal) => {
      const model = await describe(signal);
      return { ...model, files: model.files.map((file) => ({ ...file, sha256: 'f'.repeat(64) })) };
    });
    const pulls = pullsFrom(source);
    expect(await over(pulls)).toMatchObject({ state: 'failed', error: { code: 'REGISTRY.CHECKSUM_MISMATCH' } });
    lie.mockRestore();
    expect(await over(pulls)).toMatchObject({ state: 'installed' });
  });

  it('throws a file away of which more comes than was promised', async () => {
    const source = sourceOf();
    const describe = source.describe.bind(source);
    const lie = jest.spyOn(source, 'describe').mockImplementation(async (signal) => {
      const model = await describe(signal);
      return { ...model, files: model.files.map((file) => (file.path === 'model.onnx' ? { ...file, bytes: 100_000 } : file)) };
    });
    const pulls = pullsFrom(source);
    expect(await over(pulls)).toMatchObject({ state: 'failed', error: { code: 'REGISTRY.CHECKSUM_MISMATCH' } });
    lie.mockRestore();
    expect(await over(pulls)).toMatchObject({ state: 'installed' });
    expect(source.opened.at(-1)).toEqual({ path: 'model.onnx', startsAt: 0 });
  });

  it('says that the disk is full, keeps the part that fits, and goes on when there is room', async () => {
    let room = 100_000;
    const fullDisk: OpenSink = async (path) => {
      const sink = await openUnsynced(path);
      const appendFile = async (chunk: Parameters<typeof sink.appendFile>[0]) => {
        room -= chunk.length;
        if (room >= 0) return sink.appendFile(chunk);
        await sink.appendFile((chunk as Uint8Array).subarray(0, 100)); // as much as fitted
        throw Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' });
      };
      return { appendFile, truncate: (bytes) => sink.truncate(bytes), datasync: () => sink.datasync(), close: () => sink.close() };
    };
    const source = sourceOf();
    const pulls = pullsFrom(source, {}, fullDisk);
    expect(await over(pulls)).toMatchObject({ state: 'failed', error: { code: 'REGISTRY.STORAGE_FULL', message: expect.stringContaining('no space left') } });
    expect(await readdir(folder)).toEqual(['.incoming']);
    expect(await incoming()).toEqual(['pulled@1']);
    room = Infinity;
    expect(await over(pulls)).toMatchObject({ state: 'installed' });
    expect(source.opened.at(-1)!.startsAt).toBeGreaterThan(0);
    expect(await readFile(join(folder, 'pulled/1/model.onnx'))).toEqual(GRAPH);
  });

  it('tells two who ask for the same of one pull', async () => {
    const source = sourceOf(EXPORT, { delayMs: 5 });
    const pulls = pullsFrom(source);
    const [one, other] = await Promise.all([pulls.start({ source: ADDRESS }), pulls.start({ source: ADDRESS })]);
    expect(one.id).toBe(other.id);
    await over(pulls);
    expect(source.opened).toHaveLength(2);
  });

  it('lets one of two different pulls of the same version win', async () => {
    const pulls = pullsFrom(sourceOf(EXPORT, { delayMs: 5 }));
    const first = await pulls.start({ source: ADDRESS });
    const second = await pulls.start({ source: { ...ADDRESS, revision: 'main' } });
    expect(await over(pulls, second)).toMatchObject({ state: 'failed', error: { code: 'REGISTRY.VERSION_BUSY' } });
    expect(await over(pulls, first)).toMatchObject({ state: 'installed' });
  });

  it('removes everything when it is cancelled, running or waiting', async () => {
    const pulls = pullsFrom(sourceOf(EXPORT, { delayMs: 5, pieceBytes: 1_000 }), { maxRunning: 1 });
    const running = await pulls.start({ source: ADDRESS });
    const waiting = await pulls.start({ source: ADDRESS, version: '2' });
    await moving(pulls, running.id);
    expect(await pulls.get(running.id)).toMatchObject({ state: 'downloading', file: 'model.onnx', etaMs: expect.any(Number) });
    expect(await pulls.cancel(waiting.id)).toMatchObject({ state: 'cancelled' });
    expect(await pulls.cancel(running.id)).toMatchObject({ state: 'cancelled', error: { code: 'REGISTRY.TRANSFER_CANCELLED' } });
    expect(await incoming()).toEqual([]);
  });

  it('goes on by itself when the server is back, from what had come', async () => {
    const source = sourceOf(EXPORT, { delayMs: 5, pieceBytes: 1_000 });
    const before = pullsFrom(source);
    const { id } = await before.start({ source: ADDRESS });
    await moving(before, id);
    await opened[0]!.close();
    expect(await before.get(id)).toMatchObject({ state: 'queued', name: 'pulled', bytes: expect.any(Number) });
    const after = pullsFrom(source);
    expect((await after.start({ source: ADDRESS })).id).toBe(id);
    expect(await over(after, after.get(id))).toMatchObject({ state: 'installed' });
    expect(source.opened.at(-1)!.startsAt).toBeGreaterThan(0);
  });

  it('removes what has come of one that was cancelled before it could go on', async () => {
    const source = sourceOf(EXPORT, { delayMs: 5, pieceBytes: 1_000 });
    const before = pullsFrom(source);
    const { id } = await before.start({ source: ADDRESS });
    await moving(before, id);
    await opened[0]!.close();
    expect(await incoming()).toEqual(['pulled@1']);
    expect(await before.cancel(id)).toMatchObject({ state: 'cancelled' });
    expect(await incoming()).toEqual([]);
  });

  it('is installed, where the server was killed before it could say so', async () => {
    const pulls = pullsFrom(sourceOf());
    const { id } = await over(pulls);
    const { result: _result, finishedAt: _finishedAt, ...job } = (await store.find(id))!;
    await store.replace({ ...job, state: 'running', revision: job.revision + 1 });
    const after = pullsFrom(sourceOf());
    expect(await over(after, after.get(id))).toMatchObject({ state: 'installed' });
    expect((await store.find(id))!.attempts).toBe(2);
  });

  it('runs a few at a time and refuses more than may wait', async () => {
    const pulls = pullsFrom(sourceOf(EXPORT, { delayMs: 5, pieceBytes: 1_000 }), { maxRunning: 1, maxWaiting: 1 });
    const started = [await pulls.start({ source: ADDRESS, version: '1' }), await pulls.start({ source: ADDRESS, version: '2' })];
    await moving(pulls, started[0]!.id);
    const states = Object.fromEntries((await pulls.list()).map(({ version, state }) => [version, state])); // begun in the same millisecond, they have no order
    expect(states).toEqual({ 1: 'downloading', 2: 'queued' });
    await expect(pulls.start({ source: ADDRESS, version: '3' })).rejects.toMatchObject({ code: 'REGISTRY.TOO_MANY_TRANSFERS' });
    for (const one of started) expect(await over(pulls, one)).toMatchObject({ state: 'installed' });
  });

  it('gives up a source that drips', async () => {
    const pulls = pullsFrom(sourceOf(EXPORT, { delayMs: 10, pieceBytes: 1 }), { progressMs: 60 });
    expect(await over(pulls)).toMatchObject({ state: 'failed', error: { code: 'REGISTRY.SOURCE_TOO_SLOW' } });
  });

  it('gives up a pull that takes too long altogether', async () => {
    const pulls = pullsFrom(sourceOf(EXPORT, { delayMs: 10, pieceBytes: 100 }), { totalMs: 60 });
    expect(await over(pulls)).toMatchObject({ state: 'failed', error: { code: 'REGISTRY.SOURCE_TOO_SLOW' } });
  });

  it.each([
    ['a library', { 'ops.so': Buffer.from('x') }, 'REGISTRY.FILE_REFUSED'],
    ['a pickle', { 'model.pkl': Buffer.from('x') }, 'REGISTRY.FILE_REFUSED'],
    ['a script', { 'modeling.py': Buffer.from('x') }, 'REGISTRY.FILE_REFUSED'],
    ['a path out of the folder', { '../escape.json': Buffer.from('x') }, 'REGISTRY.FILE_REFUSED'],
    ["the server's own mark", { 'cortex-origin.json': Buffer.from('{}') }, 'REGISTRY.FILE_REFUSED'],
    ['weights that no graph takes', { 'pytorch_model.bin': Buffer.from('x') }, 'REGISTRY.MODEL_REFUSED'],
    ['a graph that is none', { 'model.onnx': Buffer.from('<html>') }, 'REGISTRY.MODEL_REFUSED'],
    ['two names that differ only in case', { 'Config.json': Buffer.from('{}') }, 'REGISTRY.FILE_REFUSED'],
    ['a manifest of another runtime', { 'cortex-model.json': Buffer.from('{"name":"pulled","version":"1","task":"tensor","runtime":"oip","files":{},"variants":{"a":{"file":"model.onnx"}}}') }, 'REGISTRY.MODEL_REFUSED'],
  ])('refuses %s and leaves nothing', async (_, extra, code) => {
    expect(await over(pullsFrom(sourceOf({ ...EXPORT, ...extra })))).toMatchObject({ state: 'failed', error: { code } });
    expect(await incoming()).toEqual([]);
    expect(existsSync(join(folder, 'pulled'))).toBe(false);
  });

  it.each([
    ['a file', { maxFileBytes: 100_000 }], ['a model', { maxBytes: 300_000 }],
  ])('refuses %s above the limit, also when its size was not said', async (_, options) => {
    for (const promisesNothing of [true, false]) {
      expect(await over(pullsFrom(sourceOf(EXPORT, { promisesNothing }), options))).toMatchObject({ state: 'failed', error: { code: 'REGISTRY.MODEL_TOO_LARGE' } });
      expect(await incoming()).toEqual([]);
    }
  });

  it('never replaces a version, and installs no second spelling of a name', async () => {
    const pulls = pullsFrom(sourceOf());
    await over(pulls);
    expect(await over(pulls)).toMatchObject({ state: 'failed', error: { code: 'REGISTRY.VERSION_EXISTS' } });
    expect(await over(pulls, pulls.start({ source: ADDRESS, name: 'PULLED', version: '2' }))).toMatchObject({ state: 'failed', error: { code: 'REGISTRY.NAME_REFUSED' } });
    await writeFiles(join(folder, 'flat'), { 'model.onnx': GRAPH });
    expect(await over(pulls, pulls.start({ source: ADDRESS, name: 'flat', version: '2' }))).toMatchObject({ state: 'failed', error: { code: 'REGISTRY.NAME_REFUSED' } });
  });

  it('takes weights beside a graph, pinned from then on', async () => {
    const graph = onnxBytes({ externalData: 'model.onnx_data' });
    await over(pullsFrom(sourceOf({ ...EXPORT, 'model.onnx': graph, 'model.onnx_data': Buffer.from('weights') })));
    const { version } = await registry.resolve('pulled');
    expect(version.variants[0]!.externalData).toHaveLength(1);
    await registry.artifact(version, 'fp32');
    await writeFile(join(version.folder, 'model.onnx_data'), 'changed');
    await expect(registry.artifact(version, 'fp32')).rejects.toMatchObject({ code: 'REGISTRY.MODEL_BROKEN' });
  });
});
