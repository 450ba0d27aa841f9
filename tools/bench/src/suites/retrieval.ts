import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBeir, type BeirCollection } from '@cortex/evaluation';
import type { Quality, SearchMode } from '@cortex/query';
import { CortexProcess, encoderFolder, sharedFolder, sharedModels } from '@cortex/service-process';
import { CollectionService } from '../collection-service';
import { recipes } from '../recipes';
import { figure, type Figure } from '../report';
import { median, quantile } from '../statistics';
import { areaUnderCurve, strangeQuestions } from '../strange-questions';

const folder = join(sharedFolder, 'data/retrieval/cranfield');
const TEACHER = 'all-MiniLM-L6-v2';
const STATIC = 'cortex-embed-small';
/** With those of Cranfield more than are compared without an index. */
const OTHERS = 4_500;
const WARM_UP_DOCUMENTS = 200;
const REFERENCE = 'judgements of Cranfield, 225 queries';

/** Retrieval and answers over HTTP, on the embedded database. */
export async function retrieval(): Promise<Figure[]> {
  const beir = readBeir(folder);
  await using server = await CortexProcess.start(existsSync(encoderFolder) ? { MODEL_DIR: sharedModels } : {});
  const service = new CollectionService(server);
  const ingestion = await ingestionOf(service, beir);
  return [
    ...(await qualityOf(service, 'papers', beir)),
    ...(await staticQuality(service, beir)),
    ...(existsSync(encoderFolder) ? await teacherQuality(service, beir) : []),
    ...(await answersOf(service, beir)),
    ...(existsSync(encoderFolder) ? await whileReembedded(service, beir) : []),
    ingestion,
  ];
}

/** The collection is filled and the model asked alone, in turns; the first ones are compiled and loaded meanwhile, and do not count. */
async function ingestionOf(service: CollectionService, beir: BeirCollection): Promise<Figure> {
  await service.filled('first-papers', { ...beir, documents: beir.documents.slice(0, WARM_UP_DOCUMENTS) });
  const samples: number[] = [];
  for (const name of ['papers', 'papers-again', 'papers-once-more']) {
    const { ingestedMs, embeddedMs } = await service.filled(name, beir);
    samples.push(embeddedMs / ingestedMs);
  }
  return figure({ suite: 'retrieval', case: `ingestion of ${beir.documents.length} documents`, value: median(samples), unit: 'of the embedder alone', reference: '/embed over the same texts in parts of a passage’s length, 4 requests of 64 in flight', samples }, { atLeast: 0.75 });
}

async function qualityOf(service: CollectionService, collection: string, beir: BeirCollection): Promise<Figure[]> {
  const found = await service.evaluate(collection, beir);
  return [
    scored('full text', found.words, { atLeast: 0.355, aim: 0.375 }),
    scored('hybrid with the default model that ships', found.hybrid, { atLeast: 0.385, aim: 0.41 }),
    againstParts('hybrid against the better of its parts', found),
  ];
}

/** A weak encoder is what joined rankings suffer from. */
async function staticQuality(service: CollectionService, beir: BeirCollection): Promise<Figure[]> {
  await service.filled('papers-static', beir, STATIC);
  return [againstParts(`the same, ${STATIC}`, await service.evaluate('papers-static', beir))];
}

async function teacherQuality(service: CollectionService, beir: BeirCollection): Promise<Figure[]> {
  await service.filled('papers-minilm', beir, TEACHER);
  const found = await service.evaluate('papers-minilm', beir);
  return [
    scored(`vector, exact, ${TEACHER}`, found.vector, { atLeast: 0.372 }),
    scored(`hybrid, ${TEACHER}`, found.hybrid, { atLeast: 0.407, aim: 0.43 }),
    ...(await indexedQuality(service, beir)),
  ];
}

/** The collection among so much else that its vectors are found through their index. */
async function indexedQuality(service: CollectionService, { documents, ...judged }: BeirCollection): Promise<Figure[]> {
  const many = { ...judged, documents: [...documents, ...recipes(OTHERS)] };
  await service.filled('papers-among-recipes', many, TEACHER);
  if (await service.isExact('papers-among-recipes', judged.queries[0]!.text)) throw new Error('the index was not used');
  const { vector } = await service.evaluate('papers-among-recipes', many, ['vector']);
  return [scored(`vector, HNSW, ${TEACHER}`, vector, { atLeast: 0.368 })];
}

/** One search after the other, before and while another model embeds the collection. */
async function whileReembedded(service: CollectionService, beir: BeirCollection): Promise<Figure[]> {
  const queries = beir.queries.map(({ text }) => text);
  await service.timed('papers', queries.slice(0, 50)); // compiled
  const idle = await service.timed('papers', queries);
  const during = await service.timedWhile('papers', queries, TEACHER);
  const reference = `p95 of ${queries.length} searches before: ${quantile(idle, 0.95).toFixed(0)} ms; one after the other, from first to last while all ${beir.documents.length} documents get other vectors`;
  return [figure({ suite: 'retrieval', case: 'search while the collection is re-embedded, p95 against idle', value: quantile(during, 0.95) / quantile(idle, 0.95), unit: 'times', reference, samples: [] }, { atMost: 2 })];
}

/** Whether a question can be answered, and whether what is cited stands where it is said to. */
async function answersOf(service: CollectionService, beir: BeirCollection): Promise<Figure[]> {
  const known = await service.ask('papers', beir.queries.map(({ text }) => text));
  const strange = await service.ask('papers', strangeQuestions(beir.queries.length));
  const citations = known.flatMap((answer) => answer.citations);
  const texts = new Map(beir.documents.map(({ id, text }) => [id, text]));
  const standing = citations.filter(({ document, start, end, quote }) => texts.get(document)!.slice(start, end) === quote).length;
  const confidences = (answers: typeof known) => answers.map(({ confidence }) => confidence);
  return [
    figure({ suite: 'retrieval', case: 'answerable or not: the 225 queries against 225 questions on other matters', value: areaUnderCurve(confidences(known), confidences(strange)), unit: 'AUC', reference: 'chance is 0.5', samples: [] }, { atLeast: 0.95, aim: 0.99 }),
    figure({ suite: 'retrieval', case: 'citations that stand in their document', value: (100 * standing) / citations.length, unit: '%', reference: `${citations.length} citations`, samples: [] }, { atLeast: 100 }),
  ];
}

function scored(name: string, quality: Quality, bound: { readonly atLeast: number; readonly aim?: number }): Figure {
  return figure({ suite: 'retrieval', case: `${name}, nDCG@10`, value: ndcg(quality), unit: '', reference: REFERENCE, samples: [quality['ndcg@10'].low, quality['ndcg@10'].high] }, bound);
}

function againstParts(name: string, { hybrid, vector, words }: Readonly<Record<SearchMode, Quality>>): Figure {
  return figure({ suite: 'retrieval', case: name, value: ndcg(hybrid) / Math.max(ndcg(words), ndcg(vector)), unit: 'of it', reference: REFERENCE, samples: [] }, { atLeast: 1 });
}

function ndcg(quality: Quality): number {
  return quality['ndcg@10'].mean;
}
