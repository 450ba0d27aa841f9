import { stat } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { takesTokens, type BatchOutput, type Measurement, type Signature, type VariantProfile, type Work } from '@cortex/inference';
import { GraphError } from '../graph/graph.errors';
import { GraphSession, type GraphFiles } from '../graph/graph-session';
import { pack, unpack } from '../graph/packed-work';
import type { Cell, ProbePlan, ProbeSubject } from './subject';
import { tensorSubject } from './tensor-subject';
import { tokenSubject } from './token-subject';

/** What is learnt of a graph, wherever it is opened later. */
export type GraphProfile = Omit<VariantProfile, 'parallelism'>;

/** Passes over the cells go on for so long; each cell keeps its best time. */
const TIMING_MS = 600;
const MAX_PASSES = 30;
/** A slow model is not timed at its larger sizes. */
const GIVE_UP_MS = 3_000;

/** Opens a graph on this thread, times it, probes it and frees it. @throws GraphError when it cannot be opened. */
export async function probeGraph(files: GraphFiles, plan: ProbePlan): Promise<GraphProfile> {
  const session = await GraphSession.open(files);
  try {
    const subject = subjectOf(session.signature, plan);
    const learnt = (await unlessRefused(() => probeRows(session, subject))) ?? UNKNOWN;
    const measurements = await time(session, subject);
    return { ...learnt, measurements, memoryBytes: await memoryOf(files, subject) };
  } finally {
    await session.release();
  }
}

/**
 * What a further session takes, the first one being open: what only the first one costs (start of the threads,
 * leftovers of parsing) is not the model's. The allocator may serve it from what the first one left, so never less than
 * the weights twice: as the file has them, and packed for the processor.
 */
async function memoryOf(files: GraphFiles, { alone, together = alone[0]! }: ProbeSubject): Promise<number> {
  const { size } = await stat(files.onnx);
  const residentBefore = process.memoryUsage.rss();
  const session = await GraphSession.open(files);
  try {
    await unlessRefused(() => run(session, together));
    return Math.max(process.memoryUsage.rss() - residentBefore, 2 * size);
  } finally {
    await session.release();
  }
}

/** Runs the smallest batch, so that the first caller does not pay for what happens once. */
export async function warmUp(session: GraphSession, plan: ProbePlan): Promise<void> {
  const { alone } = subjectOf(session.signature, plan);
  await unlessRefused(() => run(session, alone[0]!));
}

function subjectOf(signature: Signature, plan: ProbePlan): ProbeSubject {
  return takesTokens(signature) ? tokenSubject(signature, plan) : tensorSubject(signature, plan);
}

type Learnt = Pick<GraphProfile, 'batchInvariant' | 'probe'>;

/** Of a graph that refuses random input nothing is promised. */
const UNKNOWN: Learnt = { batchInvariant: false, probe: new Float32Array(0) };

async function probeRows(session: GraphSession, subject: ProbeSubject): Promise<Learnt> {
  const alone: BatchOutput[] = [];
  for (const work of subject.alone) alone.push(await run(session, work));
  const together = subject.together && (await run(session, subject.together));
  return {
    batchInvariant: !together || sameBytes(alone.flatMap(subject.rowsOf), subject.rowsOf(together)),
    probe: Float32Array.from(alone.flatMap((output) => [...subject.vectorOf(output)])),
  };
}

/** Cells that the graph refuses are left out. */
async function time(session: GraphSession, { cells, batch }: ProbeSubject): Promise<Measurement[]> {
  const works = cells.map((cell) => ({ cell, work: batch(cell) }));
  const best = new Map<Cell, number>();
  const startMs = performance.now();
  const elapsedMs = () => performance.now() - startMs;
  for (let pass = 0; pass === 0 || (pass < MAX_PASSES && elapsedMs() < TIMING_MS); pass += 1) {
    for (const { cell, work } of works) {
      if (best.size > 1 && elapsedMs() > GIVE_UP_MS) break;
      const output = await unlessRefused(() => run(session, work));
      if (output) best.set(cell, Math.min(best.get(cell) ?? Infinity, output.runMs));
    }
  }
  return Array.from(best, ([cell, ms]) => ({ ...cell, ms }));
}

async function unlessRefused<T>(job: () => Promise<T>): Promise<T | undefined> {
  try {
    return await job();
  } catch (error) {
    if (error instanceof GraphError) return undefined;
    throw error;
  }
}

async function run(session: GraphSession, work: Work): Promise<BatchOutput> {
  return unpack(work, await session.run(pack(work)));
}

function sameBytes(some: readonly Uint8Array[], others: readonly Uint8Array[]): boolean {
  return some.length === others.length && some.every((bytes, index) => Buffer.compare(bytes, others[index]!) === 0);
}
