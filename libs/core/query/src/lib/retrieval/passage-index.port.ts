import type { Scope } from '../collections/scope';
import type { Filter } from '../filters/filter';
import type { Metadata } from '../filters/metadata';
import type { Ranking } from './fusion';
import type { FoundPassage, Passage } from './passage';

/**
 * Port: passages of documents, found by vector and by words. Not here: which model made a vector, how rankings are joined, who may ask.
 * A document's passages are written in portions and become findable all at once, when they are published; then those of earlier generations are gone.
 */
export abstract class PassageIndex {
  /** Adds passages of a generation, or replaces those with the same ordinals; passage 0 begins it anew, without what was written of it before. They are not found yet. @throws VectorWidthError */
  abstract write(scope: Scope, generation: DocumentGeneration, passages: readonly IndexedPassage[]): Promise<void>;
  /** Makes the written passages of a generation those that are found, in one step, with what is known of their document; again, to renew that. An earlier generation than the one that is found changes nothing. @throws PassagesMissingError */
  abstract publish(scope: Scope, generation: DocumentGeneration, about: PublishedFacts): Promise<void>;
  /** Writes documents whole and publishes them, all in one step, in place of what was written of their generations. For few passages: others wait meanwhile. @throws VectorWidthError */
  abstract put(scope: Scope, documents: readonly WholeDocument[]): Promise<void>;
  /** Removes documents' passages of all generations; without ids the whole collection's. */
  abstract remove(scope: Scope, documentIds?: readonly string[]): Promise<void>;
  /** The nearest passages by cosine, and those with the asked words by BM25; of each as many as are asked for or exist. @throws VectorWidthError */
  abstract search(scope: Scope, search: PassageSearch): Promise<PassageRankings>;
  /** The passages with these ids, in this order, without those that are gone. */
  abstract read(scope: Scope, ids: readonly string[]): Promise<FoundPassage[]>;
}

export interface DocumentGeneration {
  readonly documentId: string;
  readonly generation: number;
}

export interface DocumentFacts {
  readonly title?: string;
  /** ISO 639-1: whose stems and stop words count; without one words are taken as they are. */
  readonly language?: string;
  readonly metadata: Metadata;
}

export interface PublishedFacts extends DocumentFacts {
  /** It is not found unless it has so many. */
  readonly passages?: number;
}

export interface WholeDocument extends DocumentGeneration {
  readonly facts: DocumentFacts;
  readonly passages: readonly IndexedPassage[];
}

export interface IndexedPassage extends Passage {
  /** By space, each of length 1. */
  readonly vectors: Readonly<Record<string, Float32Array>>;
}

export interface PassageSearch {
  /** `exactly`: all are compared, though an index might do. */
  readonly vector?: { readonly space: string; readonly values: Float32Array; readonly exactly?: boolean };
  /** Passages with any of its words; `language` (ISO 639-1) is the query's. */
  readonly words?: { readonly query: string; readonly language?: string };
  readonly filter?: Filter;
  readonly limit: number;
}

export interface PassageRankings {
  /** Scores are cosines, -1..1. */
  readonly vector?: SearchedRanking;
  /** Scores are BM25, above 0. */
  readonly words?: SearchedRanking;
}

export interface SearchedRanking {
  readonly ranking: Ranking;
  /** Whether every passage that the filter lets through was looked at. */
  readonly exact: boolean;
  /** Passages that were compared. */
  readonly scanned: number;
}
