import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CortexProcess } from '@cortex/service-process';
import { tableFromArrays, tableFromIPC, tableToIPC } from 'apache-arrow';
import { Client } from './client';
import { taggerFolder } from './tagger';

interface Doc {
  readonly text: string;
  readonly language: { readonly code: string };
  readonly sents: readonly { readonly start: number; readonly end: number }[];
  readonly ents: readonly { readonly start: number; readonly end: number; readonly label: string; readonly text: string }[];
  readonly engines: Readonly<Record<string, string>>;
  readonly errors?: readonly { readonly step: string; readonly code: string }[];
}

const KEY = 'a-key-of-forty-characters-for-these-tests';
const TEXT = 'Yesterday we met Ada Lovelace in the garden. She had brought her notes with her.';
const GERMAN = 'Gestern haben wir im Garten gesessen, und es wurde noch lange über das Wetter gesprochen.';

describe('Understanding texts', () => {
  let models: string;
  let home: string;
  let server: CortexProcess;
  let client: Client;

  async function start(): Promise<void> {
    server = await CortexProcess.start({ CORTEX_HOME: home, CORTEX_API_KEY: KEY, MODEL_DIR: models, CORTEX_DEFAULT_MODELS: 'token-classify=tagger' });
    client = await Client.of(server, KEY);
  }
  beforeAll(async () => {
    models = await taggerFolder();
    home = await mkdtemp(join(tmpdir(), 'cortex-nlp-'));
    await start();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    for (const folder of [models, home]) await rm(folder, { recursive: true });
  });

  const analyze = async (body: object) => (await client.post('/v1/nlp/analyze', { steps: ['language', 'sentences', 'entities'], ...body })).body as unknown as Doc & { docs: readonly Doc[] };

  it('finds language, sentences and names where they stand, and says who found them', async () => {
    const doc = await analyze({ text: TEXT });
    expect(doc.language.code).toBe('en');
    expect(doc.sents.map(({ start, end }) => TEXT.slice(start, end))).toEqual(['Yesterday we met Ada Lovelace in the garden.', 'She had brought her notes with her.']);
    expect(doc.ents.map(({ start, end, text }) => [TEXT.slice(start, end), text])).toContainEqual(['Ada Lovelace', 'Ada Lovelace']);
    expect(doc.engines).toMatchObject({ language: expect.stringMatching(/^eld@/), ents: expect.stringMatching(/^tagger@1/) });
  });

  it('gives a text in a language that no engine is made for an error, and the others what was found', async () => {
    const { docs } = await analyze({ texts: [TEXT, GERMAN] });
    expect(docs.map(({ language }) => language.code)).toEqual(['en', 'de']);
    expect(docs[0]!.errors).toBeUndefined();
    expect(docs[1]!.errors).toMatchObject([{ step: 'entities', code: 'NLP.LANGUAGE_UNSUPPORTED' }]);
    expect(docs[1]!.ents).toBeUndefined();
  });

  it('keeps a pipeline over a restart, and runs it by name', async () => {
    const yaml = 'name: people\nversion: "1"\nsteps: [{use: language}, {use: entities, when: {language.code: en}}]\n';
    const stored = await client.post('/v1/nlp/pipelines', yaml, { 'content-type': 'application/yaml' });
    expect(stored.status).toBe(200);
    await client.call('PUT', '/v1/nlp/pipelines/people/aliases/stable', { body: { version: '1' } });
    await server[Symbol.asyncDispose]();
    await start();
    const { body } = await client.post('/v1/nlp/pipelines/people@stable/run', { texts: [TEXT, GERMAN], offsetUnit: 'codepoint' });
    expect(body).toMatchObject({ pipeline: 'people@1', docs: [{ ents: [{}, { text: 'Ada Lovelace' }, {}], offsetUnit: 'codepoint' }, { language: { code: 'de' } }] });
    expect((body['docs'] as Doc[])[1]!.errors).toBeUndefined();
  });

  it('takes and gives Arrow, saying in columns what it says in JSON', async () => {
    const ARROW = 'application/vnd.apache.arrow.stream';
    const rows = tableToIPC(tableFromArrays({ id: Int32Array.of(4, 5), text: [TEXT, GERMAN] }), 'stream');
    const response = await fetch(`${server.url}/v1/nlp/analyze?steps=language,sentences,entities&offsetUnit=codepoint`, { method: 'POST', headers: { 'x-api-key': KEY, 'content-type': ARROW, accept: ARROW }, body: rows });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, ARROW]);
    const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
    const { docs } = await analyze({ texts: [TEXT, GERMAN], offsetUnit: 'codepoint' });
    const column = (name: string) => JSON.parse(JSON.stringify(Array.from(table.getChild(name)!))) as unknown[];
    expect(table.schema.metadata.get('offset_unit')).toBe('codepoint');
    expect(column('id')).toEqual([4, 5]);
    expect(column('language')).toEqual(docs.map(({ language }) => language));
    expect(column('sents')).toEqual(docs.map(({ sents }) => sents));
    expect(column('ents')).toEqual(docs.map(({ ents }) => ents ?? null));
    expect(column('errors')).toEqual(docs.map(({ errors }) => errors ?? null));
  });
});
