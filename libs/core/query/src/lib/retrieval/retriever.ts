import type { RequestContext } from '@cortex/kernel';
import { detectLanguage } from '@cortex/nlp-pipeline';
import type { TextModels } from '@cortex/text-models';
import { contentsOf, servingSpace, type CollectionRecord, type EmbeddingSpace } from '../collections/collection-record';
import type { Vectors } from '../spaces/vectors';
import { diversify } from './diversify';
import { byScore, fuseByScore, type Fused, type Weights } from './fusion';
import { embeddedText } from './passage';
import type { PassageIndex, PassageRankings, PassageSearch } from './passage-index.port';
import type { PassageSpaces } from './passage-spaces.port';
import type { RecallGuard } from './recall-guard';
import type { RankedPassage, SearchRequest, SearchResult } from './search-request';
import { Stopwatch } from './stopwatch';

export interface RetrieverParts {
  readonly index: PassageIndex;
  readonly spaces: PassageSpaces;
  readonly vectors: Vectors;
  readonly models: Pick<TextModels, 'rerank'>;
  readonly guard?: RecallGuard;
}

/** What a hybrid score is made of. Above the better of the two with a strong encoder and with a weak one (tools/bench, suite `retrieval`). */
const WEIGHTS: Weights = { vector: 0.6, words: 0.4 };
/** Each ranking gives so many times what is wanted, so that what one of them has low and the other high is seen. */
const DEPTH = 5;
const LEAST_CANDIDATES = 200;
const RERANKED = 50;

/** Passages of a collection for a query: by vector, by words, or by both, the best first. */
export class Retriever {
  constructor(private readonly parts: RetrieverParts) {}

  /** @throws SpaceModelChangedError, QueryStoreUnavailableError, and what the models throw */
  async search(collection: CollectionRecord, request: SearchRequest, context: RequestContext): Promise<SearchResult> {
    const { mode = 'hybrid', limit, weights = WEIGHTS } = request;
    const stopwatch = new Stopwatch();
    const space = servingSpace(collection);
    const language = languageFor(request, collection.language);
    const values = await stopwatch.time('embed', this.#vector(space, request, context));
    const search = searchFor(request, { space: space.id, values, language });
    const rankings = await stopwatch.time('search', this.parts.index.search(contentsOf(collection), search));
    void this.parts.guard?.see(contentsOf(collection), search, rankings.vector);

    const fused = fuse(rankings, weights);
    const candidates = await stopwatch.time('read', this.#read(collection, fused.slice(0, depthFor(request))));
    const { passages: ordered, reranker } = await stopwatch.time('rerank', this.#reranked(candidates, request, context));
    const passages = await stopwatch.time('diversify', this.#diversified(collection, ordered, request));
    return {
      passages, requested: limit, returned: passages.length, exact: Object.values(rankings).every(({ exact }) => exact),
      ...(values && { model: space.model, nearest: rankings.vector?.ranking[0]?.score ?? -1 }), ...(mode === 'hybrid' && { weights }),
      explanation: {
        mode, ...(language !== undefined && { language }), ...(reranker !== undefined && { reranker }), candidates: fused.length,
        scanned: Object.fromEntries(Object.entries(rankings).map(([name, { scanned }]) => [name, scanned])), timings: stopwatch.timings,
      },
    };
  }

  async #vector(space: EmbeddingSpace, { query, mode }: SearchRequest, context: RequestContext): Promise<Float32Array | undefined> {
    return mode === 'words' ? undefined : (await this.parts.vectors.of(space, [query], context))[0];
  }

  /** What was removed in between is left out. */
  async #read(collection: CollectionRecord, fused: readonly Fused[]): Promise<RankedPassage[]> {
    const found = await this.parts.index.read(contentsOf(collection), fused.map(({ id }) => id));
    const ranks = new Map(fused.map((one) => [one.id, one]));
    return found.map((passage) => ({ ...passage, ...ranks.get(passage.id)! }));
  }

  async #reranked(candidates: RankedPassage[], { query, rerank }: SearchRequest, context: RequestContext): Promise<{ passages: RankedPassage[]; reranker?: string }> {
    if (!rerank || candidates.length === 0) return { passages: candidates };
    const [read, rest] = [candidates.slice(0, rerank.candidates ?? RERANKED), candidates.slice(rerank.candidates ?? RERANKED)];
    const documents = read.map((passage) => embeddedText(passage, passage.document.title));
    const { scores, model } = await this.parts.models.rerank({ ...(rerank.model !== undefined && { model: rerank.model }), query, documents, truncate: true }, context);
    const judged = read.map((passage, place) => ({ ...passage, relevance: scores[place]!.score, score: scores[place]!.score })).sort(byScore);
    return { passages: [...judged, ...rest.map((passage) => ({ ...passage, score: 0 }))], reranker: `${model.name}@${model.version}+${model.variant}` };
  }

  async #diversified(collection: CollectionRecord, passages: readonly RankedPassage[], { diversity = 0, limit }: SearchRequest): Promise<RankedPassage[]> {
    if (diversity === 0) return passages.slice(0, limit);
    const vectors = await this.parts.spaces.read(contentsOf(collection), servingSpace(collection).id, passages.map(({ id }) => id));
    const candidates = passages.flatMap((passage) => (vectors.has(passage.id) ? { ...passage, vector: vectors.get(passage.id)! } : []));
    return diversify(candidates, limit, diversity).map(({ vector: _, ...passage }) => passage);
  }
}

/** Only who puts passages into another order needs more than are wanted. */
function depthFor({ limit, rerank, diversity = 0 }: SearchRequest): number {
  return rerank || diversity > 0 ? Math.max(limit, rerank?.candidates ?? RERANKED) : limit;
}

interface Asked {
  readonly space: string;
  readonly values: Float32Array | undefined;
  readonly language: string | undefined;
}

function searchFor({ query, mode = 'hybrid', limit, filter }: SearchRequest, { space, values, language }: Asked): PassageSearch {
  return {
    ...(values && { vector: { space, values } }),
    ...(mode !== 'vector' && { words: { query, ...(language !== undefined && { language }) } }),
    ...(filter && { filter }),
    limit: Math.max(LEAST_CANDIDATES, limit * DEPTH),
  };
}

function fuse({ vector, words }: PassageRankings, weights: Weights): Fused[] {
  return fuseByScore({ ...(vector && { vector: vector.ranking }), ...(words && { words: words.ranking }) }, vector && words ? weights : {});
}

/** A query that does not show its language is taken for one in the collection's: in another one its words would have other stems than the documents'. */
function languageFor({ query, language, mode }: SearchRequest, otherwise: string): string | undefined {
  if (language !== undefined || mode === 'vector') return language;
  const { code } = detectLanguage(query);
  return code === 'unknown' ? otherwise : code;
}
