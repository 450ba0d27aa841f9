import { join } from 'node:path';
import { linesOf } from './lines';

/** A judged collection in BEIR's layout: corpus.jsonl, queries.jsonl, qrels.tsv. */
export interface BeirCollection {
  readonly documents: readonly { readonly id: string; readonly title?: string; readonly text: string }[];
  readonly queries: readonly { readonly id: string; readonly text: string }[];
  /** Gains by query and document. */
  readonly judgements: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export function readBeir(folder: string): BeirCollection {
  return {
    documents: entriesOf(join(folder, 'corpus.jsonl')),
    queries: entriesOf(join(folder, 'queries.jsonl')),
    judgements: judgementsOf(join(folder, 'qrels.tsv')),
  };
}

function entriesOf(path: string): { id: string; title?: string; text: string }[] {
  return linesOf(path).map((line) => {
    const { _id, title, text } = JSON.parse(line) as { readonly _id: string; readonly title?: string; readonly text: string };
    return { id: _id, ...(title && { title }), text };
  });
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
