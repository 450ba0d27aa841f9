import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CallerGoneError, internalContext, type RequestContext } from '@cortex/kernel';
import { HaystackAnswerModel } from './haystack-answer-model';
import { HaystackServer } from './haystack-server';
import { haystackOptionsSchema, type HaystackOptions } from './haystack.options';

const event = (content: string, finish_reason: string | null = null) => `data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason }] })}\n\n`;
const question = [{ role: 'user', content: 'Why?' }] as const;

describe('HaystackAnswerModel', () => {
  let server: Server;
  const health: string[] = [];
  const board = { up: () => void health.push('up'), down: (code: string) => void health.push(code) };

  async function modelOver(listener: RequestListener, options: Partial<HaystackOptions> = {}): Promise<HaystackAnswerModel> {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new HaystackAnswerModel(new HaystackServer(haystackOptionsSchema.parse({ host, ...options }), board), 'qa');
  }

  async function written(model: HaystackAnswerModel, context: RequestContext = internalContext()): Promise<string[]> {
    const pieces: string[] = [];
    for await (const piece of model.write(question, context)) pieces.push(piece);
    return pieces;
  }

  beforeEach(() => void health.splice(0));
  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  it('gives the pieces as they come, letters cut by the wire included', async () => {
    let asked = '';
    const model = await modelOver(async (request, response) => {
      for await (const chunk of request) asked += chunk;
      const bytes = Buffer.from(event('Größe') + event('.', 'stop'));
      const middle = bytes.indexOf(0xc3) + 1;
      response.write(bytes.subarray(0, middle));
      setTimeout(() => response.end(bytes.subarray(middle)), 20);
    });
    expect(await written(model)).toEqual(['Größe', '.']);
    expect(JSON.parse(asked)).toEqual({ model: 'qa', messages: question, stream: true });
    expect(health).toEqual(['up']);
  });

  it.each<[string, RequestListener, string]>([
    ['a stream that ends midway', (_, response) => void response.end(event('Half')), 'HAYSTACK.ANSWER'],
    ['a connection that breaks', (_, response) => void response.write(event('Half'), () => response.destroy()), 'HAYSTACK.UNAVAILABLE'],
    ['an event that is none', (_, response) => void response.end('data: {"error": 1}\n\n'), 'HAYSTACK.ANSWER'],
    ['an unknown pipeline', (_, response) => void response.writeHead(404).end(), 'HAYSTACK.REFUSED'],
    ['a server that is not there', (_, response) => void response.writeHead(503).end(), 'HAYSTACK.UNAVAILABLE'],
    ['a pipeline that fails', (_, response) => void response.writeHead(500).end(), 'HAYSTACK.REFUSED'],
    ['a server that is silent', () => undefined, 'HAYSTACK.UNAVAILABLE'],
    ['an answer that falls silent', (_, response) => void response.write(event('Half')), 'HAYSTACK.UNAVAILABLE'],
    ['an answer that is too long', (_, response) => void response.end(event('x'.repeat(5_000), 'stop')), 'HAYSTACK.RESPONSE_TOO_LARGE'],
  ])('says what is wrong with %s', async (_, listener, code) => {
    const model = await modelOver(listener, { silenceMs: 300, maxResponseBytes: 4_096 });
    await expect(written(model)).rejects.toMatchObject({ code });
  });

  it('asks no more after five failures in a row', async () => {
    let asked = 0;
    const model = await modelOver((_, response) => void (asked++, response.writeHead(503).end()));
    for (let time = 0; time < 7; time++) await expect(written(model)).rejects.toMatchObject({ code: 'HAYSTACK.UNAVAILABLE' });
    expect(asked).toBe(5);
    expect(health).toEqual(Array(7).fill('HAYSTACK.UNAVAILABLE'));
  });

  it('ends with the caller, and closes the connection', async () => {
    const caller = new AbortController();
    let left: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (left = resolve));
    const model = await modelOver((_, response) => {
      response.on('close', left);
      response.write(event('Half'), () => caller.abort(new CallerGoneError()));
    });
    await expect(written(model, internalContext({ signal: caller.signal }))).rejects.toBeInstanceOf(CallerGoneError);
    await closed;
  });
});
