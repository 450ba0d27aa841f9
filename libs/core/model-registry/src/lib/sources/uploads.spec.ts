import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { onnxBytes } from '../../testing/model-folders';
import { INSTALLATION_FILE } from '../installation';
import { ModelRegistry } from '../model-registry';
import { CatalogUnavailableError } from '../registry.errors';
import { Incoming } from './incoming';
import { openAtEnd, type OpenSink, type Sink } from './incoming-file';
import { Installer } from './installer';
import { transfersOptionsSchema, type TransfersOptions } from './transfers.options';
import { Uploads, type DeclaredFile } from './uploads';

const GRAPH = onnxBytes({ rawBytes: 5_000 });
const FILES: Readonly<Record<string, Buffer>> = { 'config.json': Buffer.from('{}'), 'onnx/model.onnx': GRAPH };

jest.setTimeout(60_000); // files are made to last, which a busy disk takes its time for

describe('Uploads', () => {
  let folder: string;
  let registry: ModelRegistry;
  let installer: Installer;
  let uploads: Uploads;
  let record: () => Promise<void>;
  const reported: unknown[] = [];
  const signal = AbortSignal.timeout(60_000);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'uploads-'));
    registry = new ModelRegistry({ folders: [{ path: folder, origin: 'folder' }], maxBatchRows: 32 });
    await registry.refresh();
    reported.length = 0;
    installer = new Installer(folder, { registry, record: () => record(), report: (error) => reported.push(error) });
    record = () => Promise.resolve();
    uploads = restarted();
  });
  afterEach(async () => {
    expect(reported).toEqual([]);
    await rm(folder, { recursive: true });
  });

  const restarted = (openSink: OpenSink = openAtEnd, options: Partial<TransfersOptions> = {}) => {
    const limits = transfersOptionsSchema.parse({ folder, maxWaiting: 2, ...options });
    return new Uploads({ incoming: new Incoming(folder, limits.staleMs, openSink), installer, limits });
  };
  const begin = (name = 'mine') => uploads.begin({ name, version: '1', files: Object.entries(FILES).map(([path, content]) => declared(path, content)) });
  const send = (path: string, offset: number, content: Uint8Array) => uploads.append('mine@1', { path, offset, chunks: piecesOf(content), signal });

  it('installs what was declared, in whatever parts it came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: GRAPH.length - 1 }), { maxLength: 5 }), async (cuts) => {
        await begin();
        await send('config.json', 0, FILES['config.json']!);
        const places = [0, ...cuts.sort((a, b) => a - b), GRAPH.length];
        for (const [i, end] of places.slice(1).entries()) await send('onnx/model.onnx', places[i]!, GRAPH.subarray(places[i], end));
        await uploads.commit('mine@1');
        expect((await registry.resolve('mine@1')).version).toMatchObject({ origin: 'installed' });
        await rm(join(folder, 'mine'), { recursive: true });
        await registry.refresh();
      }),
      { numRuns: 10 },
    );
  });

  it('says how much of each file is there, and where to go on', async () => {
    await begin();
    await send('onnx/model.onnx', 0, GRAPH.subarray(0, 1_000));
    expect(uploads.get('mine@1').files.map(({ receivedBytes }) => receivedBytes)).toEqual([0, 1_000]);
    await expect(send('onnx/model.onnx', 500, GRAPH)).rejects.toMatchObject({ code: 'REGISTRY.UPLOAD_OFFSET', expected: 1_000 });
  });

  it('goes on after a restart when the same is declared again', async () => {
    await begin();
    await send('onnx/model.onnx', 0, GRAPH.subarray(0, 1_000));
    uploads = restarted();
    expect((await begin()).files[1]).toMatchObject({ receivedBytes: 1_000 });
    await send('onnx/model.onnx', 1_000, GRAPH.subarray(1_000));
    await send('config.json', 0, FILES['config.json']!);
    await uploads.commit('mine@1');
    expect(registry.index()).toHaveLength(1);
  });

  it('keeps what came before a part broke off', async () => {
    await begin();
    const broken = async function* () {
      yield GRAPH.subarray(0, 700);
      await Promise.reject(new Error('gone'));
    };
    await expect(uploads.append('mine@1', { path: 'onnx/model.onnx', offset: 0, chunks: broken(), signal })).rejects.toThrow('gone');
    expect(uploads.get('mine@1').files[1]).toMatchObject({ receivedBytes: 700 });
  });

  it('gives up a client that drips, as the client it is, and keeps what came', async () => {
    uploads = restarted(openAtEnd, { progressMs: 50 });
    await begin();
    const dripping = async function* () {
      for (let at = 0; at < 1_000; at += 1) {
        yield GRAPH.subarray(at, at + 1);
        await sleep(10);
      }
    };
    await expect(uploads.append('mine@1', { path: 'onnx/model.onnx', offset: 0, chunks: dripping(), signal })).rejects.toMatchObject({ code: 'REGISTRY.UPLOAD_TOO_SLOW', kind: 'expired' });
    expect(uploads.get('mine@1').files[1]!.receivedBytes).toBeGreaterThan(0);
  });

  it('refuses content that is longer or other than declared, and takes the right one after', async () => {
    await begin();
    await expect(send('config.json', 0, Buffer.from('{"a":1}'))).rejects.toMatchObject({ code: 'REGISTRY.CHECKSUM_MISMATCH' });
    await expect(send('config.json', 0, Buffer.from('[]'))).rejects.toMatchObject({ code: 'REGISTRY.CHECKSUM_MISMATCH' });
    expect((await send('config.json', 0, Buffer.from('{}'))).files[0]).toMatchObject({ receivedBytes: 2 });
  });

  it('throws away what turned out to be longer than declared', async () => {
    await begin();
    const chunks = async function* () {
      yield* [Buffer.from('['), await Promise.resolve(Buffer.from(']x'))];
    };
    await expect(uploads.append('mine@1', { path: 'config.json', offset: 0, chunks: chunks(), signal })).rejects.toMatchObject({ code: 'REGISTRY.CHECKSUM_MISMATCH' });
    expect(uploads.get('mine@1').files[0]).toMatchObject({ receivedBytes: 0 });
    uploads = restarted();
    expect((await begin()).files[0]).toMatchObject({ receivedBytes: 0 });
    expect((await send('config.json', 0, Buffer.from('{}'))).files[0]).toMatchObject({ receivedBytes: 2 });
  });

  it('takes no part of a file that is being thrown away', async () => {
    let closed: () => void = () => undefined;
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    uploads = restarted((path) => sinkAt(path, { close: (sink) => sink.close().then(closed) }));
    await begin();
    const wrong = send('config.json', 0, Buffer.from('[]'));
    await isClosed;
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve(); // until it waits for the disk
    await expect(send('config.json', 0, Buffer.from('{}'))).rejects.toMatchObject({ code: 'REGISTRY.VERSION_BUSY' });
    await expect(wrong).rejects.toMatchObject({ code: 'REGISTRY.CHECKSUM_MISMATCH' });
    expect((await send('config.json', 0, Buffer.from('{}'))).files[0]).toMatchObject({ receivedBytes: 2 });
  });

  it('refuses a commit before all is there, a file that was not declared, and an unknown upload', async () => {
    await begin();
    await expect(uploads.commit('mine@1')).rejects.toMatchObject({ code: 'REGISTRY.UPLOAD_INCOMPLETE' });
    await expect(send('other.json', 0, GRAPH)).rejects.toMatchObject({ code: 'REGISTRY.FILE_REFUSED' });
    expect(() => uploads.get('yours@1')).toThrow(expect.objectContaining({ code: 'REGISTRY.TRANSFER_NOT_FOUND' }));
  });

  it('refuses another declaration of an open upload, and more uploads than may be open', async () => {
    await begin();
    await expect(uploads.begin({ name: 'mine', version: '1', files: [declared('a.json', GRAPH)] })).rejects.toMatchObject({ code: 'REGISTRY.VERSION_BUSY' });
    await begin('second');
    await expect(begin('third')).rejects.toMatchObject({ code: 'REGISTRY.TOO_MANY_TRANSFERS' });
  });

  const sendAll = async () => {
    await begin();
    for (const [path, content] of Object.entries(FILES)) await send(path, 0, content);
  };

  it('stays open when the disk is full, and is installed when there is room', async () => {
    let isFull = true;
    const datasync = (sink: Sink) => (isFull ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'fdatasync' })) : sink.datasync());
    uploads = restarted((path) => sinkAt(path, path.endsWith(INSTALLATION_FILE) ? { datasync } : {}));
    await sendAll();
    await expect(uploads.commit('mine@1')).rejects.toMatchObject({ code: 'REGISTRY.STORAGE_FULL' });
    expect(uploads.get('mine@1').files.map(({ receivedBytes }) => receivedBytes)).toEqual([2, GRAPH.length]);
    expect(await readdir(folder)).toEqual(['.incoming']);
    isFull = false;
    await uploads.commit('mine@1');
    expect((await registry.resolve('mine@1')).version).toMatchObject({ origin: 'installed' });
    expect(() => uploads.get('mine@1')).toThrow(expect.objectContaining({ code: 'REGISTRY.TRANSFER_NOT_FOUND' }));
  });

  it('is installed though nobody could keep where it came from', async () => {
    await sendAll();
    record = () => Promise.reject(new CatalogUnavailableError('the disk is full'));
    await uploads.commit('mine@1');
    expect((await registry.resolve('mine@1')).version).toMatchObject({ origin: 'installed' });
    expect([reported.splice(0), await readdir(join(folder, '.incoming'))]).toEqual([[expect.any(CatalogUnavailableError)], []]);
  });

  it('takes no part, no second commit and no end while it is being installed', async () => {
    await sendAll();
    const installed = uploads.commit('mine@1');
    const others = await Promise.allSettled([send('config.json', 2, Buffer.from('')), uploads.commit('mine@1'), uploads.cancel('mine@1')]);
    for (const other of others) expect(other).toMatchObject({ reason: { code: 'REGISTRY.VERSION_BUSY' } });
    await installed;
    expect(registry.index()).toHaveLength(1);
  });

  it('removes what is no model', async () => {
    await uploads.begin({ name: 'mine', version: '1', files: [declared('model.onnx', Buffer.from('no'))] });
    await send('model.onnx', 0, Buffer.from('no'));
    await expect(uploads.commit('mine@1')).rejects.toMatchObject({ code: 'REGISTRY.MODEL_REFUSED' });
    expect(await readdir(join(folder, '.incoming'))).toEqual([]);
  });

  it('removes what has come when it is cancelled', async () => {
    await begin();
    await send('onnx/model.onnx', 0, GRAPH.subarray(0, 1_000));
    await uploads.cancel('mine@1');
    expect(await readdir(join(folder, '.incoming'))).toEqual([]);
  });
});

function declared(path: string, content: Uint8Array): DeclaredFile {
  return { path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** A file on the disk, but for what is done otherwise. */
async function sinkAt(path: string, { datasync, close }: { readonly datasync?: (sink: Sink) => Promise<void>; readonly close?: (sink: Sink) => Promise<void> }): Promise<Sink> {
  const sink = await openAtEnd(path);
  return {
    appendFile: (chunk) => sink.appendFile(chunk),
    truncate: (bytes) => sink.truncate(bytes),
    datasync: () => (datasync ? datasync(sink) : sink.datasync()),
    close: () => (close ? close(sink) : sink.close()),
  };
}

async function* piecesOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < content.length; start += 900) yield await Promise.resolve(content.subarray(start, start + 900));
}
