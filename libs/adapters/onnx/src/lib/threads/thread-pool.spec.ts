import { FakeClock } from '@cortex/kernel/testing';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { lookupGraph } from '../../testing/graphs';
import { ModelFolder } from '../../testing/artifacts';
import type { PackedTokens, PackedVectors } from '../graph/packed-work';
import { ThreadPool } from './thread-pool';
import { ThreadLostError } from './thread.errors';
import { workerEntry } from '../built-entry';

const DEADLY = 13;

/** The real entry, but a batch that starts with the deadly token throws where nobody catches. */
const FRAGILE_ENTRY = `
  require('node:worker_threads').parentPort.on('message', ({ call, args }) => {
    if (call === 'run' && args.work.ids[0] === ${DEADLY}) throw new Error('struck by a spec');
  });
  require(${JSON.stringify(workerEntry())});
`;

const tokens = (id: number): PackedTokens => ({ kind: 'tokens', ids: Int32Array.of(id, 1), lengths: Int32Array.of(2), head: { pooling: 'cls', normalize: false } });

describe('ThreadPool', () => {
  let folder: ModelFolder;
  let pool: ThreadPool;
  let session: number;
  const clock = new FakeClock();

  const run = (id: number) => pool.withThread((thread) => thread.ask('run', { session, work: tokens(id) })) as Promise<PackedVectors>;

  beforeEach(async () => {
    folder = await ModelFolder.make();
    const entry = join(folder.path, 'fragile.js');
    await writeFile(entry, FRAGILE_ENTRY);
    const { file } = await folder.add('lookup', lookupGraph(20, 4));
    pool = new ThreadPool({ threads: 2, nice: 0, entry, restartsPerMinute: 3 }, clock);
    ({ session } = await pool.open({ files: { onnx: file }, plan: { maxTokens: 8, maxRows: 4, vocabulary: 20, head: undefined } }));
  });

  afterEach(async () => {
    await pool.shutdown();
    await folder[Symbol.asyncDispose]();
  });

  it('lets more jobs than threads wait for their turn', async () => {
    const results = await Promise.all([1, 2, 3, 1, 2, 3].map(run));
    expect(results.slice(3).map(({ values }) => values)).toEqual(results.slice(0, 3).map(({ values }) => values));
  });

  it('fails the job whose thread is lost and goes on with the others', async () => {
    const [lost, others] = [run(DEADLY), Promise.all([1, 2, 3].map(run))];
    await expect(lost).rejects.toThrow(ThreadLostError);
    await expect(others).resolves.toHaveLength(3);
  });

  it('replaces a lost thread by one that has all graphs open', async () => {
    const before = await run(5);
    await Promise.allSettled([run(DEADLY), run(DEADLY)]);
    const after = await Promise.all([run(5), run(5)]);
    expect(after.map(({ values }) => values)).toEqual([before.values, before.values]);
  });

  it('replaces so many a minute and no more', async () => {
    for (let i = 0; i < 5; i += 1) await expect(run(DEADLY)).rejects.toThrow(ThreadLostError);
    await expect(run(5)).rejects.toThrow(ThreadLostError);
    clock.advance(60_000);
    await expect(run(5)).resolves.toBeDefined();
  });

  it('tells those who wait when no thread is left', async () => {
    const runs = await Promise.allSettled(Array.from({ length: 8 }, () => run(DEADLY)));
    expect(runs.every(({ status }) => status === 'rejected')).toBe(true);
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('is nicer than the serving thread', async () => {
    const nice = new ThreadPool({ threads: 2, nice: 7, entry: workerEntry(), restartsPerMinute: 0 }, clock);
    await Promise.all([1, 2].map(() => nice.withThread((thread) => thread.ask('close', { session: 0 }))));
    const niceness = await nicenessOfThreads();
    expect(niceness.get(process.pid)).toBe(getPriority());
    expect([...niceness.values()].filter((value) => value === 7).length).toBeGreaterThanOrEqual(2);
    await nice.shutdown();
  });

  it('finishes what was begun before it ends', async () => {
    const runs = [run(1), run(2)];
    await pool.shutdown();
    await expect(Promise.all(runs)).resolves.toHaveLength(2);
  });
});

/** By thread id; field 19 of proc(5)'s stat, counted after the name, which may hold spaces. */
async function nicenessOfThreads(): Promise<Map<number, number>> {
  const ids = await readdir('/proc/self/task');
  const fields = await Promise.all(ids.map(async (id) => (await readFile(`/proc/self/task/${id}/stat`, 'utf8')).split(') ')[1]!.split(' ')));
  return new Map(ids.map((id, index) => [Number(id), Number(fields[index]![16])]));
}
