import { join } from 'node:path';
import { ndcgAt, type Judgements } from '@cortex/query';
import { readBeir } from './beir';
import { topOf } from './ranking';

/** Scores of all documents for one query, by its index. */
export type Search = (query: number) => ArrayLike<number>;

const DEPTH = 10;

/** A retrieval collection in BEIR's layout: corpus.jsonl, queries.jsonl, qrels.tsv. A document is its title and its text. */
export class Cranfield {
  readonly documents: readonly string[];
  readonly queries: readonly string[];
  private readonly documentNames: readonly string[];
  private readonly judgements: readonly Judgements[];

  constructor(data: string) {
    const folder = join(data, 'retrieval/cranfield');
    const { documents, queries, judgements } = readBeir(folder);
    this.documents = documents.map(({ title, text }) => (title ? `${title} ${text}` : text));
    this.documentNames = documents.map(({ id }) => id);
    this.queries = queries.map(({ text }) => text);
    this.judgements = queries.map(({ id }) => judgements.get(id) ?? new Map());
  }

  /** Mean nDCG@10 over the queries that have a judged document. */
  score(search: Search): number {
    const judged = this.judgements.flatMap((gains, query) => (gains.size > 0 ? [{ gains, query }] : []));
    const scores = judged.map(({ gains, query }) => ndcgAt(DEPTH, topOf(search(query), DEPTH).map((document) => this.documentNames[document]!), gains));
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  }
}
