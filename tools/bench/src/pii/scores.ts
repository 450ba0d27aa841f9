import type { Nlp } from '@cortex/nlp-pipeline';
import { tallies, type Tally } from '../span-tally';
import type { KnownDocument } from './documents';
import { NAME_TYPES, findPersonalData, onlyOf } from './find';

type Scores = ReadonlyMap<string, Tally>;

/** By type of what rules find, and `all` of those together. */
export async function scoresOfRules(nlp: Nlp, documents: readonly KnownDocument[]): Promise<Scores> {
  const found = await findPersonalData(nlp, documents);
  return tallies(onlyOf(documents.map(({ known }) => known), NAME_TYPES, false), onlyOf(found, NAME_TYPES, false));
}

/** What rules and a model find together. */
export interface ScoresWithNames {
  /** By type of names, and `all` of those together. */
  readonly names: Scores;
  readonly everything: Tally;
}

/** In documents of a language that the model is made for. */
export async function scoresWithNames(nlp: Nlp, documents: readonly KnownDocument[], tagger: { readonly reference: string; readonly languages?: readonly string[] }): Promise<ScoresWithNames> {
  const readable = documents.filter(({ language }) => tagger.languages?.includes(language) ?? true);
  const known = readable.map((document) => document.known);
  const found = await findPersonalData(nlp, readable, tagger.reference);
  return { names: tallies(onlyOf(known, NAME_TYPES), onlyOf(found, NAME_TYPES)), everything: tallies(known, found).get('all')! };
}
