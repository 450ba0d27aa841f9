import type { RequestContext } from '@cortex/kernel';
import { mmr } from '@cortex/nlp-pipeline';
import { sentencesOf } from '@cortex/text-models';
import type { EmbeddingSpace } from '../collections/collection-record';
import type { RankedPassage } from '../retrieval/search-request';
import type { Vectors } from '../spaces/vectors';
import { cite, type Citation } from './citation';

/** Passages and sentences that are read, at most. */
const PASSAGES = 8;
const SENTENCES = 80;
/** Sentences of an answer, at most; those that are much less like the question than the best one are left out. */
const LONGEST = 3;
const NEAR = 0.75;
const DIVERSITY = 0.3;
/** What the first passage's sentences are worth beside their likeness to the question; the second's half of it, and so on. */
const FIRST_PASSAGE = 0.25;

export interface ExtractRequest {
  readonly question: string;
  /** The best first. */
  readonly passages: readonly RankedPassage[];
  readonly space: EmbeddingSpace;
}

interface Sentence {
  readonly passage: RankedPassage;
  readonly rank: number;
  readonly start: number;
  readonly text: string;
}

/** Answers without a language model: the sentences that are most like the question and unlike each other. */
export class Extractor {
  constructor(private readonly vectors: Vectors) {}

  /** In the order of their passages. @throws what the vectors' model throws */
  async extract({ question, passages, space }: ExtractRequest, context: RequestContext): Promise<Citation[]> {
    const sentences = passages.slice(0, PASSAGES).flatMap(sentencesIn).slice(0, SENTENCES);
    if (sentences.length === 0) return [];
    const [asked, ...vectors] = await this.vectors.of(space, [question, ...sentences.map(({ text }) => text)], context);
    const worth = sentences.map(({ rank }, index) => likeness(asked!, vectors[index]!) + FIRST_PASSAGE / rank);
    return chosen(worth, vectors)
      .map((index) => sentences[index]!)
      .sort((a, b) => a.rank - b.rank || a.start - b.start)
      .flatMap(({ passage, text }) => cite(passage, text) ?? []);
  }
}

/** Headlines and list marks are no answers. */
function sentencesIn(passage: RankedPassage, place: number): Sentence[] {
  const found = Array.from(sentencesOf(passage.text), ({ start, end }) => ({ passage, rank: place + 1, start, text: passage.text.slice(start, end) }));
  return found.filter(({ text }) => (text.match(/\p{L}{2,}/gu) ?? []).length >= 4);
}

function chosen(worth: readonly number[], vectors: readonly Float32Array[]): number[] {
  const best = Math.max(...worth);
  const near = [...worth.keys()].filter((index) => worth[index]! >= best * NEAR);
  const picked = mmr(near.map((index) => vectors[index]!), near.map((index) => worth[index]!), { count: LONGEST, diversity: DIVERSITY });
  return picked.map((index) => near[index]!);
}

function likeness(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, place) => sum + value * b[place]!, 0);
}
