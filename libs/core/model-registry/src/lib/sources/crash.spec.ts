import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Jobs, MemoryJobQueue, MemoryJobStore } from '@cortex/jobs';
import { SystemClock } from '@cortex/kernel';
import { FakeModelSource, FakeModelSources } from '../../testing/fake-model-source';
import { onnxBytes } from '../../testing/model-folders';
import { ModelRegistry } from '../model-registry';
import { Incoming } from './incoming';
import { Installer } from './installer';
import { Pulls } from './pulls';
import { transfersOptionsSchema } from './transfers.options';

const LIB = resolve(__dirname, '../../..');
const GRAPH_BYTES = 2_000_000;
/** Pulls slowly, from the built lib, until it is killed. */
const CHILD = `
const { Incoming, Installer, ModelRegistry, Pulls, transfersOptionsSchema } = require('@cortex/model-registry');
const { Jobs, MemoryJobQueue, MemoryJobStore } = require('@cortex/jobs');
const { FakeModelSource, FakeModelSources, onnxBytes } = require('@cortex/model-registry/testing');
const folder = process.argv[1];
const source = new FakeModelSource({ 'config.json': Buffer.from('{}'), 'model.onnx': onnxBytes({ rawBytes: ${GRAPH_BYTES} }) }, { delayMs: 5, pieceBytes: 20_000 });
const limits = transfersOptionsSchema.parse({ folder });
const registry = new ModelRegistry({ folders: [{ path: folder, origin: 'folder' }], maxBatchRows: 32 });
const jobs = new Jobs({ store: new MemoryJobStore(), queue: new MemoryJobQueue(), report: console.error });
const pulls = new Pulls(jobs, { sources: new FakeModelSources(source), incoming: new Incoming(folder, limits.staleMs), installer: new Installer(folder, { registry, report: console.error }), limits, clock: { now: () => performance.now() } });
jobs.start();
pulls.start({ source: { kind: 'hugging-face', model: 'm' } });
`;

describe('a pull that is killed', () => {
  it('goes on from what lies on the disk, and ends with the very same bytes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'crash-'));
    const partial = join(folder, '.incoming/pulled@1/files/model.onnx');
    const child = spawn(process.execPath, ['-e', CHILD, folder], { cwd: LIB, stdio: ['ignore', 'ignore', 'inherit'] });
    const sizeOf = async () => (await stat(partial).catch(() => undefined))?.size ?? 0;
    for (let tries = 0; (await sizeOf()) < 200_000 && tries < 6_000; tries += 1) await sleep(10);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const left = await sizeOf();
    expect(left).toBeGreaterThanOrEqual(200_000);
    expect(left).toBeLessThan(GRAPH_BYTES);
    expect(await readdir(folder)).toEqual(['.incoming']);

    const graph = onnxBytes({ rawBytes: GRAPH_BYTES });
    const source = new FakeModelSource({ 'config.json': Buffer.from('{}'), 'model.onnx': graph });
    const registry = new ModelRegistry({ folders: [{ path: folder, origin: 'folder' }], maxBatchRows: 32 });
    const limits = transfersOptionsSchema.parse({ folder });
    const jobs = new Jobs({ store: new MemoryJobStore(), queue: new MemoryJobQueue(), report: fail });
    const pulls = new Pulls(jobs, { sources: new FakeModelSources(source), incoming: new Incoming(folder, limits.staleMs), installer: new Installer(folder, { registry, report: fail }), limits, clock: new SystemClock() });
    jobs.start();
    const { id } = await pulls.start({ source: { kind: 'hugging-face', model: 'm' } });
    while ((await pulls.get(id)).state !== 'installed') await sleep(5);
    await jobs.close();

    expect(source.opened).toEqual([{ path: 'model.onnx', startsAt: left }]);
    expect(await readFile(join(folder, 'pulled/1/model.onnx'))).toEqual(graph);
    await rm(folder, { recursive: true });
  }, 120_000);
});

function fail(error: unknown): never {
  throw error;
}
