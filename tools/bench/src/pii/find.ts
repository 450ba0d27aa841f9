import { internalContext } from '@cortex/kernel';
import type { Nlp, PiiFinding, StepEntry } from '@cortex/nlp-pipeline';
import type { TypedSpan } from '../span-tally';
import type { KnownDocument } from './documents';

/** What a model finds, not a rule. */
export const NAME_TYPES = ['PERSON', 'LOCATION', 'ORGANIZATION'];

/** What the step `pii` finds in each document, told its language; with the names that `tagger` (a model's reference) finds. */
export async function findPersonalData(nlp: Nlp, documents: readonly KnownDocument[], tagger?: string): Promise<readonly (readonly TypedSpan[])[]> {
  const entities: StepEntry[] = tagger === undefined ? [] : [{ use: 'entities', with: { model: tagger } }];
  const found: (readonly TypedSpan[])[] = [];
  for (const language of new Set(documents.map((document) => document.language))) {
    const indices = documents.flatMap((document, index) => (document.language === language ? [index] : []));
    const docs = await nlp.analyze(indices.map((index) => documents[index]!.text), { language, steps: ['language', ...entities, 'pii'] }, internalContext());
    docs.forEach((doc, at) => (found[indices[at]!] = doc['pii'] as readonly PiiFinding[]));
  }
  return found;
}

/** Spans of these types alone, or of all but these. */
export function onlyOf<Span extends TypedSpan>(texts: readonly (readonly Span[])[], types: readonly string[], wanted = true): readonly Span[][] {
  return texts.map((spans) => spans.filter(({ type }) => types.includes(type) === wanted));
}
