import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CallerGoneError, internalContext } from '@cortex/kernel';
import { externalPipelinesContract } from '@cortex/query/testing';
import { haystackOptionsSchema, type HaystackOptions } from './haystack.options';
import { HaystackPipelines } from './haystack-pipelines';
import { HaystackServer } from './haystack-server';

describe('HaystackPipelines', () => {
  const servers: Server[] = [];
  const asked: string[] = [];
  const board = { up: () => undefined, down: () => undefined };

  async function pipelinesOver(listener: RequestListener, options: Partial<HaystackOptions> = {}): Promise<HaystackPipelines> {
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      listener(request, response);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const settings = haystackOptionsSchema.parse({ host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...options });
    return new HaystackPipelines(new HaystackServer(settings, board), settings.pipelines);
  }

  beforeEach(() => void asked.splice(0));
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
  const json = (value: unknown, status = 200): RequestListener => (_, response) => void response.writeHead(status).end(JSON.stringify(value));

  externalPipelinesContract(() =>
    pipelinesOver(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answers: Readonly<Record<string, () => unknown>> = {
        '/status': () => ({ pipelines: ['echo', 'count'] }),
        '/echo/run': () => ({ result: JSON.parse(Buffer.concat(chunks).toString()) as unknown }),
        '/count/run': () => ({ result: 7 }),
      };
      const answer = answers[request.url!];
      response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer?.() ?? { detail: 'Not Found' }));
    }),
  );

  it('lists what is deployed and allowed', async () => {
    const deployed = json({ status: 'Up!', pipelines: ['qa', 'find', 'bad name', '../status'] });
    expect(await (await pipelinesOver(deployed)).list(internalContext())).toEqual(['find', 'qa']);
    expect(await (await pipelinesOver(deployed, { pipelines: ['qa', 'later'] })).list(internalContext())).toEqual(['qa']);
  });

  it('runs one with its inputs', async () => {
    let body = '';
    const pipelines = await pipelinesOver(async (request, response) => {
      for await (const chunk of request) body += chunk;
      response.end(JSON.stringify({ result: { documents: [{ content: 'Größe' }] } }));
    });
    expect(await pipelines.run('find', { query: 'size' }, internalContext())).toEqual({ documents: [{ content: 'Größe' }] });
    expect([asked, JSON.parse(body)]).toEqual([['POST /find/run'], { query: 'size' }]);
  });

  it.each(['../deploy_files', 'a/b', 'status?x=1', '', 'x'.repeat(65), '..'])('asks nothing for the name %j', async (name) => {
    const pipelines = await pipelinesOver(json({ result: 1 }));
    await expect(pipelines.run(name, {}, internalContext())).rejects.toMatchObject({ code: 'QUERY.PIPELINE_UNKNOWN' });
    expect(asked).toEqual([]);
  });

  it('runs only what it is allowed to', async () => {
    const pipelines = await pipelinesOver(json({ result: 1 }), { pipelines: ['qa'] });
    await expect(pipelines.run('find', {}, internalContext())).rejects.toMatchObject({ code: 'QUERY.PIPELINE_UNKNOWN' });
    expect([await pipelines.run('qa', {}, internalContext()), asked]).toEqual([1, ['POST /qa/run']]);
  });

  it.each<[string, RequestListener, string]>([
    ['is not there', json({ detail: 'Not Found' }, 404), 'QUERY.PIPELINE_UNKNOWN'],
    ['takes other inputs', json({ detail: 'secret' }, 422), 'HAYSTACK.REFUSED'],
    ['fails', json({ detail: 'secret' }, 500), 'HAYSTACK.REFUSED'],
    ['gives no result', json({ detail: 'secret' }), 'HAYSTACK.ANSWER'],
    ['gives no JSON', (_, response) => void response.end('secret'), 'HAYSTACK.ANSWER'],
    ['gives too much', (_, response) => void response.end('x'.repeat(5_000)), 'HAYSTACK.RESPONSE_TOO_LARGE'],
    ['leads elsewhere', (_, response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(), 'HAYSTACK.UNAVAILABLE'],
    ['is silent', () => undefined, 'HAYSTACK.UNAVAILABLE'],
  ])('says of a pipeline that it %s, and nothing that came', async (_, listener, code) => {
    const pipelines = await pipelinesOver(listener, { silenceMs: 200, maxResponseBytes: 4_000 });
    const error = (await pipelines.run('find', {}, internalContext()).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ code });
    expect(error.message).not.toContain('secret');
  });

  it('never stops asking for a pipeline that fails by itself', async () => {
    const pipelines = await pipelinesOver(json({ detail: 'x' }, 500));
    for (let turn = 0; turn < 8; turn += 1) await expect(pipelines.run('find', {}, internalContext())).rejects.toMatchObject({ code: 'HAYSTACK.REFUSED' });
    expect(asked).toHaveLength(8);
  });

  it('ends what nobody waits for', async () => {
    const leaving = new AbortController();
    const pipelines = await pipelinesOver(() => leaving.abort(new CallerGoneError()));
    await expect(pipelines.run('find', {}, internalContext({ signal: leaving.signal }))).rejects.toBeInstanceOf(CallerGoneError);
  });
});
