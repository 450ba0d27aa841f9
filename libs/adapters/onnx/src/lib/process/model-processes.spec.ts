import { FakeClock } from '@cortex/kernel/testing';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lookupGraph } from '../../testing/graphs';
import { ModelFolder } from '../../testing/artifacts';
import { GraphError } from '../graph/graph.errors';
import type { PackedTokens, PackedVectors } from '../graph/packed-work';
import type { Place } from '../onnx-model-session';
import type { Graph } from '../threads/thread-pool';
import { ThreadLostError } from '../threads/thread.errors';
import { childEntry } from '../built-entry';
import { ModelProcesses, type ModelProcessesOptions } from './model-processes';

jest.setTimeout(60_000); // processes start slowly on a busy machine

const DEADLY = 13;

/** The real entry, but a batch that starts with the deadly token kills the process, as a crash of the native library does. */
const FRAGILE = `process.on('message', ({ call, args }) => {
  if (call === 'run' && args.work.ids[0] === ${DEADLY}) process.kill(process.pid, 'SIGKILL');
});`;

const tokens = (id: number): PackedTokens => ({ kind: 'tokens', ids: Int32Array.of(id, 1), lengths: Int32Array.of(2), head: { pooling: 'cls', normalize: false } });

describe('ModelProcesses', () => {
  let folder: ModelFolder;
  let graph: Graph;
  const clock = new FakeClock();

  /** Processes that do `first`, then what they always do. */
  async function make(first = '', options: Partial<ModelProcessesOptions> = {}): Promise<ModelProcesses> {
    const entry = join(folder.path, 'entry.js');
    await writeFile(entry, `${first}\nrequire(${JSON.stringify(childEntry())});`);
    return new ModelProcesses({ threads: 2, nice: 3, entry, restartsPerMinute: 3, loadMs: 20_000, exitMs: 5_000, ...options }, clock);
  }

  beforeEach(async () => {
    folder = await ModelFolder.make();
    const { file } = await folder.add('lookup', lookupGraph(20, 4));
    graph = { files: { onnx: file }, plan: { maxTokens: 8, maxRows: 4, vocabulary: 20, head: undefined } };
  });

  afterEach(() => folder[Symbol.asyncDispose]());

  describe('openPlace', () => {
    const run = (place: Place, id: number) => place.execute(tokens(id)) as Promise<PackedVectors>;

    it('fails the batches of a lost process and runs the next ones in another', async () => {
      const place = await (await make(FRAGILE)).openPlace(graph);
      const before = await run(place, 5);
      await expect(run(place, DEADLY)).rejects.toThrow(new ThreadLostError("the model's process was lost (SIGKILL)"));
      expect((await run(place, 5)).values).toEqual(before.values);
      await place.release();
    });

    it('replaces so many a minute, of all models together, and no more', async () => {
      const processes = await make(FRAGILE);
      const [one, other] = [await processes.openPlace(graph), await processes.openPlace(graph)];
      for (let i = 0; i < 4; i += 1) await expect(run(one, DEADLY)).rejects.toThrow(ThreadLostError);
      await expect(run(other, DEADLY)).rejects.toThrow(ThreadLostError);
      await expect(run(other, 5)).rejects.toThrow(ThreadLostError);
      clock.advance(60_000);
      await expect(run(other, 5)).resolves.toBeDefined();
      await Promise.all([one.release(), other.release()]);
    });

    it('says how much memory the process takes', async () => {
      const place = await (await make()).openPlace(graph);
      expect(place.memoryBytes).toBeGreaterThan(10 * 2 ** 20);
      await place.release();
    });

    it('refuses a file with the reason and leaves no process', async () => {
      const { file } = await folder.add('broken', Buffer.from('not a graph'));
      const processes = await make(NOTE_PID);
      await expect(processes.openPlace({ ...graph, files: { onnx: file } })).rejects.toThrow(GraphError);
      expect(isAlive(Number(await readFile(join(folder.path, 'pid'), 'utf8')))).toBe(false);
    });

    it.each([
      ['ends while it starts', 'process.exit(3);', '(code 3)'],
      ['is killed by a signal while it starts', `process.kill(process.pid, 'SIGABRT');`, '(SIGABRT)'],
      ['never answers', `process.on('message', () => { for (;;); });`, '(SIGKILL)'],
    ])('says so when the process %s', async (_, first, cause) => {
      const processes = await make(first, { loadMs: 1_000 });
      await expect(processes.openPlace(graph)).rejects.toThrow(cause);
    });
  });

  describe('a process', () => {
    it('knows nothing of the environment that holds the secrets', async () => {
      const processes = await make(`require('node:fs').writeFileSync(__dirname + '/env', Object.keys(process.env).sort().join());`);
      await processes.withProcess(1, (child) => child.ask('weigh', {}));
      expect(await readFile(join(folder.path, 'env'), 'utf8')).toBe('ORT_DISABLE_TELEMETRY');
    });

    it('is nicer than the server', async () => {
      const niceness = await (await make()).withProcess(1, async (child) => (await child.ask('weigh', {}), getPriority(child.pid)));
      expect(niceness).toBe(3);
    });

    it('goes on when a terminal interrupts the server and all its children', async () => {
      const weights = await (await make()).withProcess(1, async (child) => {
        const before = await child.ask('weigh', {});
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(child.pid!, signal);
        return [before, await child.ask('weigh', {})];
      });
      expect(weights).toHaveLength(2);
    });

    it('is killed when it does not end in time', async () => {
      const processes = await make('setInterval(() => undefined, 1_000);', { exitMs: 300 });
      const pid = await processes.withProcess(1, async (child) => (await child.ask('weigh', {}), child.pid));
      expect(isAlive(pid!)).toBe(false);
    });

    it('finishes what it was asked before it ends', async () => {
      const [profile] = await (await make()).withProcess(1, async (child) => Promise.all([child.ask('probe', graph), child.exit()]));
      expect(profile.measurements.length).toBeGreaterThan(0);
    });

    it('ends when the server is killed', async () => {
      const script = join(folder.path, 'server.js');
      await writeFile(script, SERVER);
      const server = fork(script, { execArgv: [], env: {} });
      const [pid] = (await once(server, 'message')) as [number];
      expect(isAlive(pid)).toBe(true);
      server.kill('SIGKILL');
      for (let waitedMs = 0; isAlive(pid) && waitedMs < 5_000; waitedMs += 50) await sleep(50);
      expect(isAlive(pid)).toBe(false);
    });
  });

  describe('measure', () => {
    it('foretells the memory of the whole process', async () => {
      const processes = await make();
      const { baseBytes, memoryBytes } = await processes.measure(graph);
      const place = await processes.openPlace(graph);
      expect(Math.abs((baseBytes! + 2 * memoryBytes) / place.memoryBytes! - 1)).toBeLessThan(0.15);
      await place.release();
    });
  });

  describe('shutdown', () => {
    it('waits for jobs under way and takes no more', async () => {
      const processes = await make();
      const job = processes.withProcess(1, (child) => child.ask('weigh', {}));
      await processes.shutdown();
      await expect(job).resolves.toBeGreaterThan(0);
      await expect(processes.withProcess(1, (child) => child.ask('weigh', {}))).rejects.toThrow(ThreadLostError);
    });
  });
});

/** Starts a model's process, tells its number and waits. */
const SERVER = `
  const { ModelProcess } = require(${JSON.stringify(join(dirname(childEntry()), 'lib/process/model-process.js'))});
  const child = new ModelProcess({ threads: 1, nice: 0, restartsPerMinute: 0, entry: ${JSON.stringify(childEntry())}, exitMs: 5_000 });
  child.ask('weigh', {}).then(() => process.send(child.pid));
`;

const NOTE_PID = `require('node:fs').writeFileSync(__dirname + '/pid', String(process.pid));`;

/** A zombie is not alive, but would be seen as such: its parent has not taken note of its end. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
