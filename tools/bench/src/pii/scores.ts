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

/** By type of names, and `all` of those together, in documents of a language that the model is made for. */
export async function scoresOfNames(nlp: Nlp, documents: readonly KnownDocument[], tagger: { readonly reference: string; readonly languages?: readonly string[] }): Promise<Scores> {
  const readable = documents.filter(({ language }) => tagger.languages?.includes(language) ?? true);
  const found = await findPersonalData(nlp, readable, tagger.reference);
  return tallies(onlyOf(readable.map(({ known }) => known), NAME_TYPES), onlyOf(found, NAME_TYPES));
}
