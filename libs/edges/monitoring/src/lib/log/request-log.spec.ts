import Fastify, { type FastifyInstance } from 'fastify';
import { CortexLogger } from './cortex-logger';
import { requestLog } from './request-log';

describe('requestLog', () => {
  let lines: string[];
  const serve = async (level: 'debug' | 'info'): Promise<FastifyInstance> => {
    lines = [];
    const fastify = Fastify({ genReqId: () => 'req-1' });
    requestLog(fastify, await CortexLogger.open({ level }, { write: (line) => lines.push(line) }));
    fastify.post<{ Params: { status: string } }>('/answer/:status', (request, reply) => reply.code(Number(request.params.status)).send({ secret: 'out' }));
    return fastify;
  };
  const ask = (fastify: FastifyInstance, url: string) =>
    fastify.inject({ method: 'POST', url, payload: { secret: 'in' }, headers: { authorization: 'Bearer secret', 'x-api-key': 'secret' } });

  it('writes id, method, route, status and time, and nothing that the caller sent', async () => {
    await ask(await serve('debug'), '/answer/200?secret=query');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: 'debug', time: expect.any(String), requestId: 'req-1', method: 'POST', route: '/answer/:status', status: 200, ms: expect.any(Number), msg: 'request' },
    ]);
    expect(lines.join()).not.toContain('secret');
  });

  it.each([
    ['a trace id', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['nothing of a trace that cannot be read', '00-secret', undefined],
  ])('writes %s', async (_, traceparent, traceId) => {
    const fastify = await serve('debug');
    await fastify.inject({ method: 'POST', url: '/answer/200', headers: { traceparent } });
    expect((JSON.parse(lines[0]!) as { traceId?: string }).traceId).toBe(traceId);
    expect(lines.join()).not.toContain('secret');
  });

  it.each([
    [200, 'debug'],
    [404, 'debug'],
    [429, 'debug'],
    [500, 'error'],
    [502, 'warn'],
    [503, 'warn'],
  ])('logs %p at %s', async (status, level) => {
    await ask(await serve('debug'), `/answer/${status}`);
    expect(JSON.parse(lines[0]!)).toMatchObject({ status, level });
  });

  it('writes of failures only, at the default level', async () => {
    const fastify = await serve('info');
    await ask(fastify, '/answer/200');
    await ask(fastify, '/answer/500');
    expect(lines).toHaveLength(1);
  });

  it('stays quiet about probes of a server that is not ready yet', async () => {
    const fastify = await serve('info');
    fastify.get('/health/ready', (_request, reply) => reply.code(503).send({}));
    await fastify.inject('/health/ready');
    expect(lines).toEqual([]);
  });

  it('does not write a path that matches no route', async () => {
    await ask(await serve('debug'), '/secret/path');
    expect(JSON.parse(lines[0]!)).toMatchObject({ route: 'none', status: 404 });
  });
});
