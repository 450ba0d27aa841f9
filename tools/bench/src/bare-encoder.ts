import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/**
 * The reference `bare`: one onnxruntime worker per core, one intra-op thread each, in a loop over the same texts,
 * length-sorted, at most 512 padded tokens a batch, tokenized beforehand, no HTTP, no pooling. Run as a child process.
 */
export interface BarePlan {
  readonly file: string;
  /** Token ids a text. */
  readonly rows: readonly (readonly number[])[];
  readonly workers: number;
  /** At least; passes over the texts are finished, so that short and long ones count as they are. */
  readonly durationMs: number;
  /** Padded tokens; 0 runs one row at a time. */
  readonly batchTokens: number;
}

export interface BareReport {
  readonly textsPerMs: number;
  /** Each run's time, where rows run one at a time. */
  readonly runs: readonly number[];
}

/** One worker's part: every so many-th batch, from its own number on. */
interface Share extends BarePlan {
  readonly share: number;
}

type Feeds = Record<string, Tensor>;

async function work({ file, rows, durationMs, batchTokens, share, workers }: Share): Promise<BareReport> {
  const session = await InferenceSession.create(readFileSync(file), { intraOpNumThreads: 1, interOpNumThreads: 1, enableCpuMemArena: true });
  const own = cut(rows, batchTokens).filter((_, index) => index % workers === share);
  const batches = own.map((batch) => ({ size: batch.length, feeds: feedsOf(batch, session.inputNames) }));
  for (const { feeds } of batches.slice(0, 3)) await session.run(feeds);
  parentPort!.postMessage('ready');
  await new Promise((resolve) => parentPort!.once('message', resolve));

  const runs: number[] = [];
  const startedAt = performance.now();
  let texts = 0;
  while (performance.now() - startedAt < durationMs) {
    for (const { size, feeds } of batches) {
      const runAt = performance.now();
      await session.run(feeds);
      runs.push(performance.now() - runAt);
      texts += size;
    }
  }
  const textsPerMs = texts / (performance.now() - startedAt);
  await session.release();
  return { textsPerMs, runs: batchTokens === 0 ? runs : [] };
}

function cut(rows: BarePlan['rows'], batchTokens: number): (readonly number[])[][] {
  if (batchTokens === 0) return rows.map((row) => [row]);
  const batches: (readonly number[])[][] = [];
  for (const row of [...rows].sort((a, b) => a.length - b.length)) {
    const last = batches.at(-1);
    if (last && (last.length + 1) * row.length <= batchTokens) last.push(row);
    else batches.push([row]);
  }
  return batches;
}

function feedsOf(rows: readonly (readonly number[])[], inputs: readonly string[]): Feeds {
  const width = Math.max(...rows.map((row) => row.length));
  const fill = (value: (row: readonly number[], position: number) => number) =>
    new Tensor('int64', BigInt64Array.from(rows.flatMap((row) => Array.from({ length: width }, (_, position) => BigInt(value(row, position))))), [rows.length, width]);
  const all: Feeds = { input_ids: fill((row, at) => row[at] ?? 0), attention_mask: fill((row, at) => (at < row.length ? 1 : 0)), token_type_ids: fill(() => 0) };
  return Object.fromEntries(inputs.map((name) => [name, all[name]!]));
}

/** Starts all workers at the same moment, so that they share the machine for the whole time. */
async function spread(plan: BarePlan): Promise<BareReport> {
  const workers = Math.min(plan.workers, availableParallelism());
  const threads = Array.from({ length: workers }, (_, share) => new Worker(__filename, { workerData: { ...plan, workers, share } satisfies Share }));
  const message = (worker: Worker) => new Promise<unknown>((resolve, reject) => void worker.once('message', resolve).once('error', reject));
  await Promise.all(threads.map(message));
  const reports = threads.map(message) as Promise<BareReport>[];
  for (const thread of threads) thread.postMessage('go');
  const done = await Promise.all(reports);
  return { textsPerMs: done.reduce((sum, one) => sum + one.textsPerMs, 0), runs: done.flatMap(({ runs }) => runs) };
}

if (isMainThread) process.on('message', (plan: BarePlan) => void spread(plan).then((report) => process.send!(report)));
else void work(workerData as Share).then((report) => parentPort!.postMessage(report));
