import type { Filter } from '../filters/filter';
import type { FoundPassage } from './passage';
import type { Fused, Weights } from './fusion';

export type SearchMode = 'hybrid' | 'vector' | 'words';

/** What is sought in a collection. */
export interface SearchRequest {
  readonly query: string;
  /** Default `hybrid`. */
  readonly mode?: SearchMode;
  /** Passages wanted, 1..200. */
  readonly limit: number;
  readonly filter?: Filter;
  /** ISO 639-1 of the query. Default as it looks. */
  readonly language?: string;
  /** Shares of the rankings in a hybrid score. Default those of the options. */
  readonly weights?: Weights;
  /** A cross-encoder that reads the best passages with the query. Default none. */
  readonly rerank?: { readonly model?: string; readonly candidates?: number };
  /** 0 (default): by relevance alone; up to 1: what is unlike the passages before it goes first. */
  readonly diversity?: number;
}

/** A passage with why it stands where it stands. */
export interface RankedPassage extends FoundPassage {
  /** Higher is better; comparable within one answer only. */
  readonly score: number;
  /** Rank (from 1) and score by vector (cosine) and by words (BM25). */
  readonly parts: Fused['parts'];
  /** The cross-encoder's, 0..1. */
  readonly relevance?: number;
}

export interface SearchResult {
  readonly passages: readonly RankedPassage[];
  readonly requested: number;
  readonly returned: number;
  /** Whether each ranking saw every passage that the filter lets through. */
  readonly exact: boolean;
  /** `name@version+variant` whose vectors were compared. */
  readonly model?: string;
  /** Cosine of the passage nearest to the query, of those that the filter lets through; -1 where there is none. */
  readonly nearest?: number;
  readonly weights?: Weights;
  /** How it came about. */
  readonly explanation: SearchExplanation;
}

export interface SearchExplanation {
  readonly mode: SearchMode;
  readonly language?: string;
  /** Passages compared, by ranking. */
  readonly scanned: Readonly<Record<string, number>>;
  readonly candidates: number;
  readonly reranker?: string;
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
}
