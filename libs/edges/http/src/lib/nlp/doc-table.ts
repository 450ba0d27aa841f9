import { RecordStream, type RecordType, type TextTable } from '@cortex/arrow';
import type { OffsetUnit, Pipeline } from '@cortex/nlp-pipeline';
import { ARROW_TYPE } from '../content';
import type { BodyForm } from './streamed-answer';
import type { TextLine } from './text-lines';

const span = { start: 'int32', end: 'int32' } as const;
const scores: RecordType = { values: 'float64' };
const listOf = (fields: Readonly<Record<string, RecordType>>): RecordType => ({ list: { fields } });

/** What each step's part is in Arrow; that of a step of somebody's own is JSON. */
export const PART_TYPES: Readonly<Record<string, RecordType>> = {
  language: { fields: { code: 'text', confidence: 'float64' } },
  sentences: listOf(span),
  tokens: listOf(span),
  'pos-lemma': listOf({ ...span, pos: 'text', lemma: 'text' }),
  entities: listOf({ ...span, label: 'text', text: 'text', score: 'float64' }),
  sentiment: { fields: { label: 'text', scores } },
  pii: listOf({ type: 'text', ...span, score: 'float64', recognizer: 'text', pattern: 'text', support: { fields: { word: 'text', from: 'float64' } } }),
  keyphrases: listOf({ ...span, text: 'text', score: 'float64', count: 'int32' }),
  summary: { fields: { text: 'text', sents: listOf({ ...span, score: 'float64' }) } },
  classify: scores,
  embed: { list: 'float32' },
  similarity: { list: 'float64' },
  duplicates: { fields: { of: 'int32', similarity: 'float64' } },
};

export interface DocTableOptions {
  readonly parts: Pipeline['parts'];
  readonly offsetUnit: OffsetUnit;
  /** What names the Docs: a column that came in, or whatever each of them brings, as text. */
  readonly ids?: TextTable['ids'] | 'own';
}

/** Docs as an Arrow stream, a row each: the fields that they have in JSON as columns, parts that are missing null. */
export function docTable({ parts, offsetUnit, ids }: DocTableOptions): BodyForm<readonly (object & Pick<TextLine, 'id'>)[]> {
  const columns: Record<string, RecordType> = {
    ...(ids === 'own' && { id: 'text' }),
    text: 'text',
    ...Object.fromEntries(parts.map(({ part, step }) => [part, Object.hasOwn(PART_TYPES, step) ? PART_TYPES[step]! : 'json'])),
    engines: { values: 'text' },
    windows: { values: 'int32' },
    errors: listOf({ step: 'text', code: 'text', message: 'text' }),
  };
  const stream = new RecordStream(columns, { metadata: { offset_unit: offsetUnit }, ...(ids !== 'own' && { ids }) });
  return {
    type: ARROW_TYPE,
    begin: () => stream.begin(),
    item: (docs) => stream.batch(docs.map(({ id, ...doc }) => ({ ...doc, ...(id !== undefined && { id: String(id) }) }))),
    failure: ({ code, message }) => stream.batch([{ errors: [{ code, message }] }]),
    end: () => stream.end(),
  };
}
