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
  readonly durationMs: number;
  /** Padded tokens; 0 runs one row at a time. */
  readonly batchTokens: number;
}

export interface BareReport {
  readonly texts: number;
  readonly ms: number;
  /** Each run's time, where rows run one at a time. */
  readonly runs: readonly number[];
}

type Feeds = Record<string, Tensor>;

async function work({ file, rows, durationMs, batchTokens }: BarePlan): Promise<BareReport> {
  const session = await InferenceSession.create(readFileSync(file), { intraOpNumThreads: 1, interOpNumThreads: 1, enableCpuMemArena: true });
  const batches = cut(rows, batchTokens).map((batch) => ({ size: batch.length, feeds: feedsOf(batch, session.inputNames) }));
  for (const { feeds } of batches.slice(0, 3)) await session.run(feeds);
  parentPort!.postMessage('ready');
  await new Promise((resolve) => parentPort!.once('message', resolve));

  const runs: number[] = [];
  const startedAt = performance.now();
  let texts = 0;
  for (let turn = 0; performance.now() - startedAt < durationMs; turn += 1) {
    const { size, feeds } = batches[scattered(turn, batches.length)]!;
    const runAt = performance.now();
    await session.run(feeds);
    runs.push(performance.now() - runAt);
    texts += size;
  }
  const ms = performance.now() - startedAt;
  await session.release();
  return { texts, ms, runs: batchTokens === 0 ? runs : [] };
}

/** Any stretch of turns sees short and long batches alike: steps of the golden ratio around the list. */
function scattered(turn: number, count: number): number {
  return Math.floor(((turn * 0.6180339887498949) % 1) * count);
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
  const workers = Array.from({ length: Math.min(plan.workers, availableParallelism()) }, () => new Worker(__filename, { workerData: plan }));
  const message = (worker: Worker) => new Promise<unknown>((resolve, reject) => void worker.once('message', resolve).once('error', reject));
  await Promise.all(workers.map(message));
  const reports = workers.map(message) as Promise<BareReport>[];
  for (const worker of workers) worker.postMessage('go');
  const done = await Promise.all(reports);
  return { texts: sum(done.map(({ texts }) => texts)), ms: Math.max(...done.map(({ ms }) => ms)), runs: done.flatMap(({ runs }) => runs) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

if (isMainThread) process.on('message', (plan: BarePlan) => void spread(plan).then((report) => process.send!(report)));
else void work(workerData as BarePlan).then((report) => parentPort!.postMessage(report));
