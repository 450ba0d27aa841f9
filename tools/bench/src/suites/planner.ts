import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Batcher, fitCostModel, type BatchItem, type CostModel } from '@cortex/batching';
import type { ModelArtifact, ModelSession, TokenRow, TokenWork } from '@cortex/inference';
import { SystemClock, internalContext } from '@cortex/kernel';
import { OnnxModelRuntime, onnxOptionsSchema } from '@cortex/onnx';
import { encoderFolder } from '@cortex/service-process';
import { figure, type Figure } from '../report';
import { median } from '../statistics';
import { TextSource, type BenchText } from '../texts';

const ROUNDS = 3;
const ROUND_MS = 6_000;
const IN_FLIGHT = 64;

interface Row extends BatchItem {
  readonly row: TokenRow;
}
type Submit = (row: Row) => Promise<unknown>;

/** Rows a second with our cut of what waits against first-in-first-out batches of 32, padded; same session, same closed loop. */
export async function planner(): Promise<Figure[]> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'cortex-bench-cache-'));
  const runtime = new OnnxModelRuntime(onnxOptionsSchema.parse({ threads: availableParallelism(), cacheDir }));
  const source = new TextSource();
  try {
    const { measurements } = await runtime.measure(ENCODER);
    const planning: Planning = { session: await runtime.open(ENCODER), costModel: fitCostModel(measurements) };
    return [
      await compare('our planner against first-in-first-out 32 padded, mixed', source.texts(4_096, 4, 256), planning),
      await compare('the same, short texts common and long ones rare', source.skewedTexts(4_096, 4, 256), planning),
    ];
  } finally {
    await runtime.close();
    await rm(cacheDir, { recursive: true, force: true });
  }
}

interface Planning {
  readonly session: ModelSession;
  readonly costModel: CostModel;
}

async function compare(name: string, texts: readonly BenchText[], { session, costModel }: Planning): Promise<Figure> {
  const rows = texts.map(({ ids }): Row => ({ rows: 1, length: ids.length, group: '', row: { ids: Int32Array.from(ids) } }));
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const ours = await closedLoop(rows, planned(session, costModel));
    samples.push(ours / (await closedLoop(rows, firstInFirstOut(session))));
  }
  return figure(
    { suite: 'planner', case: name, value: median(samples), unit: 'times', reference: 'batches of the 32 oldest rows, padded to the longest, same session, 64 in flight', samples },
    { atLeast: 4, aim: 5 },
  );
}

const ENCODER: ModelArtifact = {
  name: 'all-MiniLM-L6-v2', version: '1', variant: 'int8', file: join(encoderFolder, 'onnx/model_int8.onnx'), digest: 'sha256:bench',
  maxTokens: 256, maxBatchRows: 32, vocabularySize: 30_522, head: { pooling: 'mean', normalize: true },
};

function planned(session: ModelSession, costModel: CostModel): Submit {
  const context = internalContext();
  const batcher = new Batcher<Row, Float32Array>((items) => run(session, items), { maxBatchRows: 32, parallelism: session.parallelism, costModel, dispatch: 'now' }, new SystemClock());
  return (row) => batcher.submit([row], context);
}

/** The usual way: whoever came first, 32 at a time. */
function firstInFirstOut(session: ModelSession): Submit {
  const waiting: { row: Row; done: () => void }[] = [];
  let running = 0;
  const dispatch = async () => {
    if (running === session.parallelism || waiting.length === 0) return;
    running += 1;
    const batch = waiting.splice(0, 32);
    await run(session, batch.map(({ row }) => row));
    running -= 1;
    for (const { done } of batch) done();
    void dispatch();
  };
  return (row) =>
    new Promise<void>((done) => {
      waiting.push({ row, done });
      queueMicrotask(() => void dispatch());
    });
}

async function run(session: ModelSession, items: readonly Row[]): Promise<{ results: readonly Float32Array[]; runMs: number }> {
  const work: TokenWork = { kind: 'tokens', rows: items.map(({ row }) => row), head: ENCODER.head! };
  const { vectors, runMs } = await session.run(work);
  return { results: vectors, runMs };
}

/** Rows a millisecond of as many callers, each with one row at a time, until the last answer. */
async function closedLoop(rows: readonly Row[], submit: Submit): Promise<number> {
  const startedAt = performance.now();
  let next = 0;
  let answered = 0;
  const caller = async () => {
    while (performance.now() - startedAt < ROUND_MS) {
      await submit(rows[next++ % rows.length]!);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  return answered / (performance.now() - startedAt);
}
