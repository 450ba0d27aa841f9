import type { AddressInfo } from 'node:net';
import { serve, USER, type Served } from '../../testing/served';

interface DocAnswer {
  readonly id?: string | number;
  readonly text: string;
  readonly offsetUnit: string;
  readonly ents: readonly { readonly start: number; readonly end: number; readonly label: string; readonly text: string }[];
  readonly sents: readonly object[];
  readonly errors?: readonly object[];
  readonly error?: { readonly code: string; readonly message: string };
}

const JSON_TYPE = 'application/json';
const LINES = 'application/x-ndjson';
const NAMES = 'Yesterday Ada Lovelace wrote a letter to Charles Babbage, and he was very glad of it.';

describe('NlpProtocol', () => {
  let served: Served;
  let base: string;

  beforeAll(async () => {
    served = await serve({ maxBodyBytes: 10_000, maxRowsPerRequest: 4 });
    await served.app.listen(0, '127.0.0.1');
    base = `http://127.0.0.1:${(served.app.getHttpServer().address() as AddressInfo).port}/v1/nlp`;
  });
  afterAll(() => served[Symbol.asyncDispose]());

  async function post(path: string, body: object | string, headers: Record<string, string> = {}) {
    const type = typeof body === 'string' ? LINES : JSON_TYPE;
    const response = await fetch(base + path, { method: 'POST', headers: { 'content-type': type, ...USER, ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) });
    const text = await response.text();
    const lines = () => text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as DocAnswer);
    return { status: response.status, type: response.headers.get('content-type'), lines, answer: () => JSON.parse(text) as DocAnswer & { docs: DocAnswer[]; code: string; detail: string; field: string } };
  }

  it('answers one text with its Doc, several with theirs in order', async () => {
    const one = (await post('/analyze', { text: NAMES, language: 'en', steps: ['entities'] })).answer();
    expect(one.ents).toHaveLength(1);
    for (const { start, end, text } of one.ents) expect(NAMES.slice(start, end)).toBe(text);
    const { docs } = (await post('/analyze', { texts: ['one. two.', NAMES], steps: ['sentences'] })).answer();
    expect(docs.map(({ text }) => text)).toEqual(['one. two.', NAMES]);
  });

  it('counts offsets as it is asked to', async () => {
    const text = `\u{1f600} ${NAMES}`;
    const [utf16, codepoint] = await Promise.all(['utf16', 'codepoint'].map(async (offsetUnit) => (await post('/entities', { text, language: 'en', offsetUnit })).answer()));
    expect([utf16!.offsetUnit, codepoint!.offsetUnit]).toEqual(['utf16', 'codepoint']);
    expect(codepoint!.ents[0]!.end).toBe(utf16!.ents[0]!.end - 1);
    expect([...text].slice(codepoint!.ents[0]!.start, codepoint!.ents[0]!.end).join('')).toBe(utf16!.ents[0]!.text);
  });

  it('takes from the query what a body in JSON does not say', async () => {
    const ofQuery = (await post('/analyze?steps=sentences,entities&language=en&offsetUnit=codepoint', { text: NAMES })).answer();
    const ofBody = (await post('/analyze?steps=language&language=fr&offsetUnit=utf16', { text: NAMES, steps: ['sentences', 'entities'], language: 'en', offsetUnit: 'codepoint' })).answer();
    expect(ofQuery).not.toHaveProperty('sentiment');
    expect(ofQuery).toEqual(ofBody);
    expect((await post('/analyze?steps=sentences', [NAMES])).status).toBe(400);
    expect((await post('/entities?language=en&offsetUnit=codepoint', { text: NAMES })).answer()).toMatchObject({ offsetUnit: 'codepoint', language: { code: 'en', confidence: 1 } });
    expect((await post('/entities?language=fr&offsetUnit=codepoint', { text: NAMES, language: 'en', offsetUnit: 'utf16' })).answer()).toMatchObject({ offsetUnit: 'utf16', language: { code: 'en' } });
  });

  it('has a route for each step, with its parameters beside the text', async () => {
    const { steps } = (await (await fetch(`${base}/steps`, { headers: USER })).json()) as { steps: { name: string; parameters: object }[] };
    expect(steps.map(({ name }) => name)).toEqual(expect.arrayContaining(['language', 'sentences', 'tokens', 'entities', 'sentiment']));
    for (const { name } of steps) expect((await post(`/${name}`, { text: 'hello', unheard: 1 })).status).toBe(400);
    const answer = (await post('/language', { text: 'The answer came soon, and it was long.', atLeast: 2 })).answer();
    expect(answer.detail).toMatch(/atLeast/);
  });

  it('answers JSON lines line by line, each id with its Doc', async () => {
    const body = Array.from({ length: 300 }, (_, id) => `${JSON.stringify({ id, text: `Text number ${id}.` })}\n`).join('\n');
    expect(body.length).toBeGreaterThan(10_000);
    const { type, lines } = await post('/analyze?steps=sentences', body);
    expect(type).toBe(LINES);
    expect(lines().map(({ id, text }) => [id, text])).toEqual(Array.from({ length: 300 }, (_, id) => [id, `Text number ${id}.`]));
  });

  it('answers JSON with JSON lines where they alone are accepted', async () => {
    const { lines } = await post('/analyze', { texts: ['a b.', 'c d.'], steps: ['sentences'] }, { accept: LINES });
    expect(lines().map(({ text }) => text)).toEqual(['a b.', 'c d.']);
  });

  it('says in the last line what was wrong midway, and refuses what is wrong at once', async () => {
    const good = Array.from({ length: 128 }, (_, id) => JSON.stringify({ id, text: 'Good.' }));
    const broken = (await post('/analyze?steps=sentences', [...good, '{"text": 1}', ...good].join('\n'))).lines();
    expect(broken).toHaveLength(129);
    expect(broken.at(-1)!.error).toEqual({ code: 'REQUEST.INVALID', message: 'line 129: text: expected string, got number 1' });
    const refused = await post('/analyze?steps=sentences', '{"text": ');
    expect([refused.status, refused.answer().code]).toEqual([400, 'REQUEST.INVALID']);
  });

  it.each([
    [{}, 'body: expected either text or texts'],
    [{ text: 'a', texts: ['b'] }, 'expected either text or texts'],
    [{ texts: [] }, 'texts: expected at least 1 items'],
    [{ text: 'a', steps: ['dance'] }, 'there is no step dance'],
    [{ text: 'a', offsetUnit: 'byte' }, 'offsetUnit: expected utf16 or codepoint'],
  ])('refuses %p', async (body, reason) => {
    const { status, answer } = await post('/analyze', body);
    expect([status, answer().detail]).toEqual([400, expect.stringContaining(reason)]);
  });

  it('refuses more than it takes with 413, what is no JSON with 415', async () => {
    expect((await post('/analyze', { texts: Array.from({ length: 5 }, () => 'a') })).status).toBe(413);
    expect((await post('/analyze', { text: 'a'.repeat(10_000) })).status).toBe(413);
    expect((await post('/analyze', { text: 'a' }, { 'content-type': 'text/csv' })).status).toBe(415);
  });
});
