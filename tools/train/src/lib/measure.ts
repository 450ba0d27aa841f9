import { Cranfield, keywordRetrieval } from '@cortex/evaluation';
import { sums, type Distillation } from './distillation';
import { agreement, meanCosine, vectorRetrieval } from './quality';
import { StaticModel } from './static-model';
import type { Teacher } from './teacher';
import { readWikiann, readWnut17 } from './texts';
import { normalize } from './vectors';

const HELD_OUT = 2_000;

/** How near to the teacher, over texts that the table was not fitted on. */
export interface Fidelity {
  /** Mean cosine of a text's vector to the teacher's. */
  readonly cosine: number;
  /** Spearman's correlation of the similarities of random pairs of texts. */
  readonly similarities: number;
  /** The same for the table before it was fitted. */
  readonly similaritiesUnfitted: number;
  /** Mean cosine of the int8 model's vectors to those of its float32 table. */
  readonly int8: number;
}

export interface Measurements {
  readonly wikiann: Fidelity;
  readonly wnut17: Fidelity;
  /** nDCG@10 on Cranfield. */
  readonly retrieval: Readonly<Record<'bm25' | 'teacher' | 'unfitted' | 'model' | 'first128' | 'first64', number>>;
}

/** Measures the graph as it is served. */
export async function measure(graph: Uint8Array, distillation: Distillation, { teacher, data }: { readonly teacher: Teacher; readonly data: string }): Promise<Measurements> {
  const model = await StaticModel.open(graph);
  const subject = { model, distillation, teacher };
  const measurements = {
    wikiann: await fidelity(readWikiann(data, 'dev').slice(0, HELD_OUT), subject),
    wnut17: await fidelity([...readWnut17(data, 'dev'), ...readWnut17(data, 'train')].slice(0, HELD_OUT), subject),
    retrieval: await retrieval(new Cranfield(data), subject),
  };
  await model.release();
  return measurements;
}

interface Subject {
  readonly model: StaticModel;
  readonly distillation: Distillation;
  readonly teacher: Teacher;
}

async function fidelity(texts: readonly string[], { model, distillation, teacher }: Subject): Promise<Fidelity> {
  const rows = texts.map((text) => teacher.tokenize(text)).filter((ids) => ids.length > 0);
  const theirs = await teacher.embed(rows);
  const ours = await model.embed(rows);
  return {
    cosine: meanCosine(ours, distillation.alongItsAxes(theirs)),
    similarities: agreement(ours, theirs),
    similaritiesUnfitted: agreement(sums(distillation.plain, rows), theirs),
    int8: meanCosine(ours, normalize(sums(distillation.table, rows))),
  };
}

async function retrieval(collection: Cranfield, { model, distillation, teacher }: Subject): Promise<Measurements['retrieval']> {
  const [documents, queries] = [collection.documents, collection.queries].map((texts) => texts.map((text) => teacher.tokenize(text)));
  const embedded = { documents: await model.embed(documents!), queries: await model.embed(queries!) };
  const unfitted = { documents: sums(distillation.plain, documents!), queries: sums(distillation.plain, queries!) };
  return {
    bm25: keywordRetrieval(collection),
    teacher: vectorRetrieval(collection, { documents: await teacher.embed(documents!), queries: await teacher.embed(queries!) }),
    unfitted: vectorRetrieval(collection, unfitted),
    model: vectorRetrieval(collection, embedded),
    first128: vectorRetrieval(collection, embedded, 128),
    first64: vectorRetrieval(collection, embedded, 64),
  };
}
