import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallerGoneError, internalContext, type RequestContext } from '@cortex/kernel';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { langchainOptionsSchema, type LangchainOptions } from '../langchain.options';
import { chatModelOf } from './chat-model';
import { LangchainAnswerModel } from './langchain-answer-model';

const KEY = 'sk-very-secret-key';
const event = (content: string, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'fake', choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason }] })}\n\n`;
const question = [{ role: 'system', content: 'Be brief' }, { role: 'user', content: 'Why?' }] as const;
const stream = { 'content-type': 'text/event-stream' };

describe('LangchainAnswerModel', () => {
  let server: Server;
  const health: string[] = [];
  const board = { up: () => void health.push('up'), down: (code: string) => void health.push(code) };

  async function modelOver(listener: RequestListener, options: Partial<LangchainOptions> = {}): Promise<LangchainAnswerModel> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const settings = langchainOptionsSchema.parse({ model: 'openai:fake', apiKey: KEY, baseUrl, ...options });
    return new LangchainAnswerModel({ ...settings, name: settings.model, model: await chatModelOf(settings), health: board, saysItsEnd: true });
  }

  async function written(model: LangchainAnswerModel, context: RequestContext = internalContext()): Promise<string[]> {
    const pieces: string[] = [];
    for await (const piece of model.write(question, context)) pieces.push(piece);
    return pieces;
  }

  beforeEach(() => void health.splice(0));
  afterEach(() => {
    server?.closeAllConnections();
    return new Promise((resolve) => server?.close(resolve));
  });

  it('gives the pieces as they come, and offers the model no tools', async () => {
    let [asked, key] = ['', ''];
    const model = await modelOver(async (request, response) => {
      key = request.headers.authorization ?? '';
      for await (const chunk of request) asked += chunk;
      response.writeHead(200, stream).write(event('Because'));
      await sleep(20);
      response.end(`${event(' so.')}${event('', 'stop')}data: [DONE]\n\n`);
    });
    expect(await written(model)).toEqual(['Because', ' so.']);
    expect(JSON.parse(asked)).toMatchObject({ model: 'fake', stream: true, messages: [{ content: 'Be brief' }, { role: 'user', content: 'Why?' }] });
    expect(JSON.parse(asked)).not.toHaveProperty('tools');
    expect([key, health]).toEqual([`Bearer ${KEY}`, ['up']]);
  });

  it.each<[string, RequestListener, string]>([
    ['a stream that ends midway', (_, response) => void response.writeHead(200, stream).end(event('Half')), 'LANGCHAIN.ANSWER'],
    ['a connection that breaks', (_, response) => void response.writeHead(200, stream).write(event('Half'), () => response.destroy()), 'LANGCHAIN.UNAVAILABLE'],
    ['what is no event', (_, response) => void response.writeHead(200, stream).end('data: {"error"\n\n'), 'LANGCHAIN.UNAVAILABLE'],
    ['a wrong key', (_, response) => void response.writeHead(401).end(`{"error": {"message": "Incorrect API key ${KEY}"}}`), 'LANGCHAIN.REFUSED'],
    ['an unknown model', (_, response) => void response.writeHead(404).end('{}'), 'LANGCHAIN.REFUSED'],
    ['too many requests', (_, response) => void response.writeHead(429).end('{}'), 'LANGCHAIN.UNAVAILABLE'],
    ['a server that fails', (_, response) => void response.writeHead(500).end('{}'), 'LANGCHAIN.UNAVAILABLE'],
    ['a server that is silent', () => undefined, 'LANGCHAIN.UNAVAILABLE'],
    ['an answer that falls silent', (_, response) => void response.writeHead(200, stream).write(event('Half')), 'LANGCHAIN.UNAVAILABLE'],
    ['an answer without end', (_, response) => { const more = () => void (response.write(event('x'.repeat(500))) && setImmediate(more)); response.writeHead(200, stream); response.on('drain', more); more(); }, 'LANGCHAIN.ANSWER'],
  ])('says what is wrong with %s, in time, and neither key nor text', async (_, listener, code) => {
    const model = await modelOver(listener, { silenceMs: 300, maxCharacters: 5_000 });
    const startedAt = performance.now();
    const error = (await written(model).catch((thrown: unknown) => thrown)) as Error & { code: string };
    expect(error).toMatchObject({ code });
    expect(JSON.stringify([error.message, String(error.stack), error.cause])).not.toMatch(/secret|Why\?/);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(health.at(-1)).toBe(code === 'LANGCHAIN.UNAVAILABLE' ? code : undefined);
  });

  it('asks nobody for a while where several answers in a row failed', async () => {
    let requests = 0;
    const model = await modelOver((_, response) => { requests += 1; response.writeHead(503).end(); });
    for (let turn = 0; turn < 8; turn += 1) await expect(written(model)).rejects.toMatchObject({ code: 'LANGCHAIN.UNAVAILABLE' });
    expect(requests).toBe(5);
  });

  it('ends the request of who leaves', async () => {
    let closed: () => void;
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const model = await modelOver((_, response) => {
      response.on('close', closed);
      response.writeHead(200, stream).write(event('First'));
    });
    const leaving = new AbortController();
    const reading = (async () => {
      for await (const _ of model.write(question, internalContext({ signal: leaving.signal }))) leaving.abort(new CallerGoneError());
    })();
    await expect(reading).rejects.toBeInstanceOf(CallerGoneError);
    await isClosed;
    expect(health).toEqual([]);
  });

  it('takes any chat model of LangChain', async () => {
    const model = new FakeListChatModel({ responses: ['so'] }) as unknown as BaseChatModel;
    const parts = { name: 'fake:list', model, health: board, silenceMs: 1_000, maxCharacters: 100, saysItsEnd: false };
    expect((await written(new LangchainAnswerModel(parts))).join('')).toBe('so');
  });

  it.each([['nobody:x', KEY, 'nobody'], ['anthropic:claude', KEY, '@langchain/anthropic'], ['openai:gpt-4o', undefined, 'API key']])('says what is missing for %s', async (name, apiKey, says) => {
    await expect(chatModelOf(langchainOptionsSchema.parse({ model: name, apiKey }))).rejects.toMatchObject({ code: 'LANGCHAIN.SETUP', message: expect.stringContaining(says) });
  });
});
