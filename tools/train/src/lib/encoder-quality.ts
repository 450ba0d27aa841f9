import { join } from 'node:path';
import { Cranfield, keywordRetrieval } from '@cortex/evaluation';
import { agreement, meanCosine, vectorRetrieval } from './quality';
import { Teacher, type TokenIds } from './teacher';
import { readWikiann, readWnut17 } from './texts';
import type { Vectors } from './vectors';

const HELD_OUT = 2_000;
/** Timed rounds, of which the median counts. */
const ROUNDS = 5;

/** How near to the teacher, over texts that the student has not seen. */
export interface Likeness {
  readonly cosine: number;
  readonly similarities: number;
}

export interface EncoderQuality {
  readonly wikiann: Likeness;
  readonly wnut17: Likeness;
  /** nDCG@10 on Cranfield. */
  readonly retrieval: Readonly<Record<'bm25' | 'teacher' | 'teacherInt8' | 'fp32' | 'int8', number>>;
  /** Mean cosine of int8 to fp32. */
  readonly fidelity: number;
  /** Sentences per second against the teacher's, both int8, two threads. */
  readonly speed: number;
}

interface Subjects {
  /** A sentence transformer's folder. */
  readonly teacher: string;
  readonly data: string;
  /** The student's int8 graph as it is served, and its fp32 form. */
  readonly graph: string;
  readonly reference: string;
}

/** Measures the student's graph as it is served. */
export async function measureEncoder({ teacher: folder, data, graph, reference }: Subjects): Promise<EncoderQuality> {
  const teacher = await Teacher.open(folder);
  const teacherInt8 = await Teacher.open(folder, join(folder, 'onnx/model_int8.onnx'));
  const [int8, fp32] = [await Teacher.open(folder, graph), await Teacher.open(folder, reference)];

  const collection = new Cranfield(data);
  const wikiann = readWikiann(data, 'dev').slice(0, HELD_OUT);
  const rows = wikiann.map((text) => teacher.tokenize(text));
  const measured: EncoderQuality = {
    wikiann: await likeness(wikiann, teacher, int8),
    wnut17: await likeness(readWnut17(data, 'dev').slice(0, HELD_OUT), teacher, int8),
    retrieval: {
      bm25: keywordRetrieval(collection),
      teacher: await retrieval(collection, teacher),
      teacherInt8: await retrieval(collection, teacherInt8),
      fp32: await retrieval(collection, fp32),
      int8: await retrieval(collection, int8),
    },
    fidelity: meanCosine(await int8.embed(rows), await fp32.embed(rows)),
    speed: await speed(rows, int8, teacherInt8),
  };
  await Promise.all([teacher, teacherInt8, int8, fp32].map((one) => one.release()));
  return measured;
}

async function likeness(texts: readonly string[], teacher: Teacher, student: Teacher): Promise<Likeness> {
  const rows = texts.map((text) => teacher.tokenize(text));
  const [theirs, ours] = [await teacher.embed(rows), await student.embed(rows)];
  return { cosine: meanCosine(ours, theirs), similarities: agreement(ours, theirs) };
}

async function retrieval(collection: Cranfield, model: Teacher): Promise<number> {
  const embed = (texts: readonly string[]): Promise<Vectors> => model.embed(texts.map((text) => model.tokenize(text)));
  return vectorRetrieval(collection, { documents: await embed(collection.documents), queries: await embed(collection.queries) });
}

/** The median over rounds in which both take the same texts, one after the other. */
async function speed(rows: readonly TokenIds[], student: Teacher, teacher: Teacher): Promise<number> {
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await secondsOf(() => student.embed(rows));
    ratios.push((await secondsOf(() => teacher.embed(rows))) / ours);
  }
  return ratios.sort((a, b) => a - b)[ROUNDS >> 1]!;
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}
