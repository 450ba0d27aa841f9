import { join } from 'node:path';
import { ndcgAt, type Judgements } from '@cortex/query';
import { linesOf } from './lines';
import { topOf } from './ranking';

interface Entry {
  readonly _id: string;
  readonly title?: string;
  readonly text: string;
}

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
    const documents = entriesOf(join(folder, 'corpus.jsonl'));
    const queries = entriesOf(join(folder, 'queries.jsonl'));
    const judgements = judgementsOf(join(folder, 'qrels.tsv'));
    this.documents = documents.map(({ title, text }) => (title ? `${title} ${text}` : text));
    this.documentNames = documents.map(({ _id }) => _id);
    this.queries = queries.map(({ text }) => text);
    this.judgements = queries.map(({ _id }) => judgements.get(_id) ?? new Map());
  }

  /** Mean nDCG@10 over the queries that have a judged document. */
  score(search: Search): number {
    const judged = this.judgements.flatMap((gains, query) => (gains.size > 0 ? [{ gains, query }] : []));
    const scores = judged.map(({ gains, query }) => ndcgAt(DEPTH, topOf(search(query), DEPTH).map((document) => this.documentNames[document]!), gains));
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  }
}

function entriesOf(path: string): Entry[] {
  return linesOf(path).map((line): Entry => JSON.parse(line));
}

function judgementsOf(path: string): Map<string, Map<string, number>> {
  const judgements = new Map<string, Map<string, number>>();
  for (const line of linesOf(path).slice(1)) {
    const [query = '', document = '', gain] = line.split('\t');
    const gains = judgements.get(query) ?? new Map<string, number>();
    judgements.set(query, gains.set(document, Number(gain)));
  }
  return judgements;
}
