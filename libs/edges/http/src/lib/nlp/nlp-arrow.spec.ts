import { tableFromArrays, tableFromIPC, tableToIPC, type Table } from 'apache-arrow';
import { serve, USER, type Served } from '../../testing/served';
import { ARROW_TYPE } from '../content';
import { JSON_LINES_TYPE } from '../json-lines';
import { PART_TYPES } from './doc-table';

const TEXTS = ['Ada Lovelace wrote to Charles Babbage. \u{1f600} The answer came soon, said ada@example.com.', '', 'Ada Lovelace wrote to Charles Babbage again.'];
const ALL = 'language,sentences,pos-lemma,entities,sentiment,pii,keyphrases,summary,classify,embed,duplicates';
const JSON_TYPE = 'application/json';

describe('NLP in Arrow', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ maxBodyBytes: 100_000, maxRowsPerRequest: 200 });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  function post(url: string, body: Table | string | object, accept: string = ARROW_TYPE) {
    const isTable = typeof body === 'object' && 'schema' in body;
    const type = isTable ? ARROW_TYPE : typeof body === 'string' ? JSON_LINES_TYPE : JSON_TYPE;
    const payload = isTable ? Buffer.from(tableToIPC(body as Table, 'stream')) : body;
    return served.fastify.inject({ method: 'POST', url: `/v1/nlp${url}`, payload, headers: { ...USER, 'content-type': type, accept } });
  }
  const rowsOf = (payload: Buffer) => tableFromIPC(payload).toArray().map((row) => plain(row) as Record<string, unknown>);

  it.each(['utf16', 'codepoint'])('says in columns what it says in JSON, of every step (%s)', async (offsetUnit) => {
    const table = tableFromArrays({ id: Int32Array.of(7, 8, 9), text: TEXTS });
    const url = `/analyze?steps=${ALL}&offsetUnit=${offsetUnit}`;
    const answer = await post(url, table);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, ARROW_TYPE]);
    expect(tableFromIPC(answer.rawPayload).schema.metadata).toEqual(new Map([['offset_unit', offsetUnit]]));
    const { docs } = (await post(url, table, JSON_TYPE)).json<{ docs: object[] }>();
    expect(docs).toEqual((await post('/analyze', { texts: TEXTS, steps: ALL.split(','), offsetUnit }, JSON_TYPE)).json().docs.map((doc: object, index: number) => ({ id: 7 + index, ...doc })));
    expect(rowsOf(answer.rawPayload)).toEqual(docs.map(asColumns));
  }, 60_000);

  it('has a typed column for what each built-in step gives', async () => {
    const { steps } = (await served.fastify.inject({ url: '/v1/nlp/steps', headers: USER })).json<{ steps: { name: string }[] }>();
    expect(Object.keys(PART_TYPES)).toEqual(expect.arrayContaining(steps.map(({ name }) => name)));
  });

  it('has the same columns whatever was found', async () => {
    const columns = async (text: string[]) => tableFromIPC((await post(`/analyze?steps=${ALL}`, tableFromArrays({ text }))).rawPayload).schema.fields.map(({ name, type }) => `${name}: ${type}`);
    expect(await columns([''])).toEqual(await columns(TEXTS));
  });

  it.each([ARROW_TYPE, JSON_TYPE, JSON_LINES_TYPE])('answers JSON, lines and Arrow alike to who accepts %s', async (accept) => {
    const lines = TEXTS.map((text) => JSON.stringify({ text })).join('\n');
    const [json, ofLines, arrow] = [await post('/analyze', { texts: TEXTS, steps: ['sentences'] }, accept), await post('/analyze?steps=sentences', lines, accept), await post('/analyze?steps=sentences', tableFromArrays({ text: TEXTS }), accept)];
    expect([json.statusCode, ofLines.statusCode, arrow.statusCode]).toEqual([200, 200, 200]);
    expect(arrow.headers['content-type']).toContain(accept);
    expect(arrow.body).toBe(json.body);
    if (accept === ARROW_TYPE) expect(rowsOf(ofLines.rawPayload)).toEqual(rowsOf(json.rawPayload).map((row) => ({ id: null, ...row })));
  });

  it('gives ids back as they came, those of lines as text', async () => {
    const ids = (payload: Buffer) => Array.from(tableFromIPC(payload).getChild('id')!);
    const table = tableFromArrays({ key: BigInt64Array.of(2n ** 60n, 5n), body: ['a.', 'b.'] });
    expect(ids((await post('/sentences?column=body&id_column=key', table)).rawPayload)).toEqual([2n ** 60n, 5n]);
    expect((await post('/sentences?column=body&id_column=key', table, JSON_TYPE)).json().docs.map(({ id }: { id: unknown }) => id)).toEqual([String(2n ** 60n), 5]);
    expect(ids((await post('/analyze?steps=sentences', '{"id":1,"text":"a."}\n{"text":"b."}\n{"id":"c","text":"c."}')).rawPayload)).toEqual(['1', null, 'c']);
  });

  it('has a route for each step', async () => {
    const [json, arrow] = [await post('/entities', { texts: TEXTS, language: 'en' }, JSON_TYPE), await post('/entities?language=en', tableFromArrays({ text: TEXTS }))];
    expect(rowsOf(arrow.rawPayload)).toEqual(json.json<{ docs: object[] }>().docs.map(asColumns));
  });

  it('says of a failed text why it failed, beside the others', async () => {
    const rows = rowsOf((await post('/keyphrases', { texts: ['Das ist ein deutscher Satz mit vielen Wörtern, den niemand übersetzt hat.', TEXTS[2]] })).rawPayload);
    expect(rows[0]).toMatchObject({ keyphrases: null, errors: [{ step: 'keyphrases', code: 'NLP.LANGUAGE_UNSUPPORTED', message: expect.any(String) }] });
    expect(rows[1]).toMatchObject({ errors: null, keyphrases: expect.arrayContaining([expect.objectContaining({ text: 'Charles Babbage' })]) });
  });

  it('ends with an error of no step where it fails midway', async () => {
    const lines = [...Array.from({ length: 128 }, (_, id) => JSON.stringify({ id, text: 'Good.' })), '{"text": 1}', '{"text": "never read"}'].join('\n');
    const rows = rowsOf((await post('/analyze?steps=sentences', lines)).rawPayload);
    expect(rows).toHaveLength(129);
    expect(rows.at(-1)).toMatchObject({ text: null, errors: [{ step: null, code: 'REQUEST.INVALID', message: 'line 129: text: expected string, got number 1' }] });
  });

  it('writes many batches, ids beside them', async () => {
    const text = Array.from({ length: 200 }, (_, index) => `Text ${index}. ${'x '.repeat(100)}`);
    const table = tableFromIPC((await post('/analyze?steps=sentences,duplicates', tableFromArrays({ id: text.map((_, index) => `id ${index}`), text }))).rawPayload);
    expect(table.batches.length).toBeGreaterThan(1);
    expect(Array.from(table.getChild('id')!)).toEqual(text.map((_, index) => `id ${index}`));
    expect(Array.from(table.getChild('text')!)).toEqual(text);
  });

  it.each<[string, string, Table, number, string]>([
    ['a null', '/analyze', tableFromArrays({ text: ['a', null] }), 400, "column 'text': row 1 is null"],
    ['no such column', '/entities?column=body', tableFromArrays({ text: ['a'] }), 400, "column 'body': there is none"],
    ['no rows', '/analyze', tableFromArrays({ text: ['a'] }).slice(0, 0), 400, 'texts: expected at least 1 items'],
    ['an unknown step', '/analyze?steps=dance', tableFromArrays({ text: ['a'] }), 400, 'there is no step dance'],
    ['more rows than the limit', '/analyze', tableFromArrays({ text: Array.from({ length: 201 }, () => 'a') }), 413, 'the Arrow body has more rows than the limit of 200'],
    ['more bytes than the limit', '/analyze', tableFromArrays({ text: ['a'.repeat(100_000)] }), 413, '100000'],
  ])('refuses %s as a problem', async (_what, url, table, status, detail) => {
    const response = await post(url, table);
    expect([response.statusCode, response.json().detail]).toEqual([status, expect.stringContaining(detail)]);
  });
});

/** A Doc as a row: null for what is not there, entries for keys that are data, without the unit. */
function asColumns(doc: object): object {
  const { offsetUnit: _unit, windows, errors, ...rest } = doc as Record<string, unknown>;
  const entries = (value: unknown) => (value === undefined ? null : Object.entries(value as object).map(([key, one]) => ({ key, value: one as unknown })));
  const parts: Record<string, unknown> = { ...rest, engines: entries(rest['engines']), windows: entries(windows), errors: errors ?? null };
  if (parts['cats']) parts['cats'] = entries(parts['cats']);
  if (parts['sentiment']) parts['sentiment'] = { label: null, ...(parts['sentiment'] as object), scores: entries((parts['sentiment'] as { scores: object }).scores) };
  if (parts['pii']) parts['pii'] = (parts['pii'] as object[]).map((finding) => ({ pattern: null, support: null, ...finding }));
  if (parts['duplicate']) parts['duplicate'] = { of: null, similarity: null, ...(parts['duplicate'] as object) };
  return parts;
}

/** Rows and vectors of Arrow as plain objects and lists. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('numChildren' in value || ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<unknown>, plain);
  const object = 'toJSON' in value ? (value as { toJSON(): object }).toJSON() : value;
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, plain(inner)]));
}
