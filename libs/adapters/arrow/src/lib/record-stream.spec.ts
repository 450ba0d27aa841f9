import { tableFromIPC, type Table } from 'apache-arrow';
import fc from 'fast-check';
import { LIMITS, pyarrowStream } from '../testing/streams';
import { readTable } from './arrow-table';
import { RecordStream } from './record-stream';
import type { RecordType } from './record-types';
import { plainIds, readTextTable } from './text-table';

const COLUMNS: Readonly<Record<string, RecordType>> = {
  text: 'text',
  language: { fields: { code: 'text', confidence: 'float64' } },
  spans: { list: { fields: { start: 'int32', end: 'int32', label: 'text' } } },
  scores: { values: 'float64' },
  vector: { list: 'float32' },
  other: 'json',
};

const value = fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined });
const record = fc.record({
  text: value,
  language: fc.record({ code: value, confidence: fc.option(fc.double({ noNaN: true }), { nil: undefined }) }),
  spans: fc.array(fc.record({ start: fc.nat(), end: fc.nat(), label: value }), { maxLength: 4 }),
  scores: fc.dictionary(fc.string().filter((key) => key !== '__proto__'), fc.double({ noNaN: true }), { maxKeys: 3 }),
  vector: fc.array(fc.float({ noNaN: true }), { maxLength: 4 }),
  other: fc.jsonValue(),
}, { requiredKeys: [] });

function written(stream: RecordStream, batches: readonly (readonly object[])[]): Table {
  const bytes = Buffer.concat([stream.begin(), ...batches.map((batch) => stream.batch(batch as Readonly<Record<string, unknown>>[])), stream.end()]);
  return readTable(bytes, LIMITS);
}

describe('RecordStream', () => {
  it('gives back what was written, in however many batches', () => {
    fc.assert(fc.property(fc.array(fc.array(record, { maxLength: 5 }), { maxLength: 4 }), (batches) => {
      const rows = written(new RecordStream(COLUMNS), batches).toArray().map((row) => plain(row!.toJSON()));
      expect(rows).toEqual(batches.flat().map(asRead));
    }));
  });

  it('has types that every reader knows', () => {
    const { schema } = written(new RecordStream(COLUMNS, { metadata: { offset_unit: 'utf16' } }), []);
    expect(schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'text: Utf8', 'language: Struct<{code:Utf8, confidence:Float64}>', 'spans: List<Struct<{start:Int32, end:Int32, label:Utf8}>>',
      'scores: List<Struct<{key:Utf8, value:Float64}>>', 'vector: List<Float32>', 'other: Utf8',
    ]);
    expect(schema.metadata).toEqual(new Map([['offset_unit', 'utf16']]));
  });

  it.each(['batches', 'sliced', 'dictionary'])('names records by the ids of %s, whatever batches either comes in', (name) => {
    const { texts, ids } = readTextTable(pyarrowStream(name), name === 'dictionary' ? { id: 'text' } : {}, LIMITS);
    for (const cut of [1, 2, 4, 5]) {
      const records = texts.map((text) => ({ text }));
      const table = written(new RecordStream({ text: 'text' }, { ids }), [records.slice(0, cut), records.slice(cut)]);
      expect(table.schema.fields[0]!.type.toString()).toBe(ids!.type.toString());
      expect([...plainIds(table.getChild('id')!)]).toEqual([...plainIds(ids!)]);
      expect(Array.from(table.getChild('text')!)).toHaveLength(texts.length);
    }
  });

  it('can be read message by message by Apache Arrow', () => {
    const stream = new RecordStream({ text: 'text' });
    expect(tableFromIPC([stream.begin(), stream.batch([{ text: 'a' }]), stream.batch([{ text: 'b' }]), stream.end()]).numRows).toBe(2);
  });
});

type Given = Partial<Record<keyof typeof COLUMNS, unknown>>;

/** As Arrow gives a record: null for what is not there, entries for keys, JSON as text. */
function asRead(given: Given): object {
  const { text = null, language, spans, scores, vector, other } = given as { text?: string; language?: { code?: string; confidence?: number }; spans?: { label?: string }[]; scores?: Record<string, number>; vector?: number[]; other?: unknown };
  return {
    text,
    language: language ? { code: language.code ?? null, confidence: language.confidence ?? null } : null,
    spans: spans?.map((span) => ({ ...span, label: span.label ?? null })) ?? null,
    scores: scores ? Object.entries(scores).map(([key, value]) => ({ key, value })) : null,
    vector: vector ?? null,
    other: other === undefined || other === null ? null : JSON.stringify(other),
  };
}

/** Rows and vectors of Arrow as plain objects and lists. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isVector(value)) return Array.from(value as unknown as Iterable<unknown>, plain);
  const object = 'toJSON' in value ? (value as { toJSON(): object }).toJSON() : value;
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, plain(inner)]));
}

function isVector(value: object): boolean {
  return 'numChildren' in value || ArrayBuffer.isView(value);
}
