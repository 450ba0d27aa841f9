import type { Filter } from '../filters/filter';
import { scalarOf, type FieldType, type MetadataSchema, type Scalar } from '../filters/metadata';

const ASKS = /^\s*(?:please\s+)?(?:list|show|find|get|give|which|what)\b.*?\b(?:documents?|files?|papers?|reports?|articles?|records?|notes?)\b/i;
const RELATIONS: readonly (readonly [words: string, kind: 'in' | 'gt' | 'gte' | 'lt' | 'lte'])[] = [
  ['(?:is|are|=|:|of|equals?|equal to|named|called)?', 'in'],
  ['(?:>=|at least|from|since)', 'gte'],
  ['(?:<=|at most|until|up to)', 'lte'],
  ['(?:>|above|over|after|more than|greater than|later than)', 'gt'],
  ['(?:<|below|under|before|less than|earlier than)', 'lt'],
];
const LONGEST = 400;

/** Conditions on the collection's own fields in a question for documents: `list documents where year > 2020 and author is Ada`. Undefined where it is no such question. */
export function lookupIn(question: string, schema: MetadataSchema): Filter | undefined {
  if (question.length > LONGEST || !ASKS.test(question)) return undefined;
  const parts = Object.entries(schema).flatMap(([field, type]) => conditionOn(field, type, question) ?? []);
  return parts.length === 0 ? undefined : parts.length === 1 ? parts[0] : { kind: 'and', parts };
}

function conditionOn(field: string, type: FieldType, question: string): Filter | undefined {
  const name = field.replaceAll(/[_.-]/g, '[ _.-]').replaceAll(/[^\w[\] .-]/g, '');
  for (const [words, kind] of [...RELATIONS].reverse()) {
    const found = new RegExp(String.raw`\b${name}\s*${words}\s*(?:"([^"]{1,100})"|'([^']{1,100})'|([^\s,;?!"']{1,100}))`, 'i').exec(question);
    const value = found && valueOf(field, type, found[1] ?? found[2] ?? found[3]!.replace(/\.$/, ''));
    if (value === undefined || value === null) continue;
    if (kind === 'in') return { kind, field, values: [value] };
    if (typeof value !== 'boolean') return { kind, field, value };
  }
  return undefined;
}

/** Undefined where the words are no value of the field's type. */
function valueOf(field: string, type: FieldType, words: string): Scalar | undefined {
  if (type === 'number') return Number.isFinite(Number(words)) ? Number(words) : undefined;
  if (type === 'boolean') return /^(?:true|yes)$/i.test(words) ? true : /^(?:false|no)$/i.test(words) ? false : undefined;
  if (type === 'date') return /^\d{4}-\d{2}-\d{2}/.test(words) && !Number.isNaN(Date.parse(words)) ? scalarOf(field, words, type) : undefined;
  return words;
}
