import { Cranfield, keywordRetrieval } from '@cortex/evaluation';
import { internalContext } from '@cortex/kernel';
import type { ModelService } from './model-service';
import type { Laboratory, Section, Topic } from './topic';

/** Texts of one request. */
const ASK_TEXTS = 128;

/** Search by vectors, beside search by words. */
export const retrieval: Topic = { title: 'Embeddings', needs: ['retrieval'], measure };

async function measure({ service, data, most }: Laboratory): Promise<Section> {
  const collection = new Cranfield(data);
  const documents = collection.documents.slice(0, most);
  const rows: Section['rows'][number][] = [['none: BM25', keywordRetrieval(collection)]];
  const measured: Section['measured'][number][] = [];
  for (const { model, variant, reference } of service.embedders) {
    const [vectors, queries] = [await embed(service, reference, documents), await embed(service, reference, collection.queries)];
    const ndcg = collection.score((query) => vectors.map((vector) => dot(vector, queries[query]!)));
    rows.push([reference, ndcg]);
    measured.push({ measure: 'Cranfield, nDCG@10', value: ndcg, model: model.name, variant });
  }
  return {
    about: `Cranfield: ${documents.length} abstracts, ${collection.queries.length} queries, graded judgements; the whole collection is ranked by cosine.`,
    columns: ['model', 'nDCG@10'], rows, measured,
  };
}

async function embed(service: ModelService, model: string, texts: readonly string[]): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let from = 0; from < texts.length; from += ASK_TEXTS) {
    const answer = await service.texts.embed({ model, texts: texts.slice(from, from + ASK_TEXTS), truncate: true, normalize: true }, internalContext());
    vectors.push(...answer.vectors);
  }
  return vectors;
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += one[index]! * other[index]!;
  return sum;
}
