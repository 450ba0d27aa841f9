import { connect } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CallerGoneError, DeadlineExceededError, type RequestContext } from '@cortex/kernel';
import { ADMIN, serve, USER, type Served } from '../testing/served';

const infer = { method: 'POST', url: '/v2/models/tiny/infer', payload: { inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP32', data: [1, 2] }] } } as const;
const TRACE_PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('route handler', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve();
  });
  afterAll(() => served[Symbol.asyncDispose]());
  beforeEach(() => {
    served.orchestrator.contexts.length = 0;
    served.orchestrator.run = ({ x }) => ({ y: x! });
  });

  async function contextOf(headers: Readonly<Record<string, string>>): Promise<RequestContext> {
    const response = await served.fastify.inject({ ...infer, headers });
    expect(response.statusCode).toBe(200);
    return served.orchestrator.contexts[0]!;
  }

  it('makes the context of who asks, how urgently and until when', async () => {
    const before = performance.now();
    const context = await contextOf({ ...ADMIN, 'x-request-id': 'r1', 'x-cortex-priority': 'high', 'x-cortex-deadline-ms': '5000', 'cache-control': 'no-store', traceparent: TRACE_PARENT });
    expect(context).toMatchObject({ id: 'r1', traceId: '4bf92f3577b34da6a3ce929d0e0e4736', tenant: 'acme', priority: 'high', cache: 'bypass' });
    expect(context.deadlineMs - before).toBeGreaterThan(4_900);
    expect(context.deadlineMs - performance.now()).toBeLessThanOrEqual(5_000);
  });

  it('asks for nothing special by default', async () => {
    expect(await contextOf(USER)).toMatchObject({ priority: 'medium', cache: 'use', deadlineMs: Infinity, traceId: undefined });
  });

  it("lowers the priority to the key's", async () => {
    expect(await contextOf({ ...USER, 'x-cortex-priority': 'critical' })).toMatchObject({ priority: 'medium' });
  });

  it.each([
    ['x-cortex-priority', 'urgent'],
    ['x-cortex-deadline-ms', '0'],
    ['x-cortex-deadline-ms', 'abc'],
    ['x-cortex-deadline-ms', '1.5'],
    ['cache-control', 'whatever'],
    ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736'],
  ])('refuses %s: %s and names it', async (name, value) => {
    const response = await served.fastify.inject({ ...infer, headers: { ...ADMIN, [name]: value } });
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toContain(name);
    expect(response.json().error).toContain(value);
  });

  it('says whether the caller left without making a signal, and agrees with the signal', async () => {
    const controllers = jest.spyOn(globalThis, 'AbortController');
    served.orchestrator.run = async ({ x }, context) => {
      expect(context.hasLeft!()).toBe(false);
      expect(controllers).not.toHaveBeenCalled();
      controllers.mockRestore(); // the spy cannot make one
      await new Promise((resolve) => setTimeout(resolve, context.deadlineMs - performance.now() + 20));
      expect(context.hasLeft!()).toBe(true);
      expect(context.signal.reason).toBeInstanceOf(DeadlineExceededError);
      return { y: x! };
    };
    const response = await served.fastify.inject({ ...infer, headers: { ...ADMIN, 'x-cortex-deadline-ms': '500' } });
    expect(response.statusCode).toBe(200);
  });

  it('keeps the signal when the context is spread', async () => {
    served.orchestrator.run = ({ x }, context) => {
      expect({ ...context }.signal).toBe(context.signal);
      return { y: x! };
    };
    await contextOf(ADMIN);
  });

  it('says in server-timing what the request went through', async () => {
    served.orchestrator.run = ({ x }, { timings }) => {
      timings.cache = 'miss';
      timings.tokenizeMs = 0.25;
      timings.ran({ queueMs: 1.23456, runMs: 2, rows: 3, tokens: 60 });
      return { y: x! };
    };
    const { headers } = await served.fastify.inject({ ...infer, headers: ADMIN });
    expect(headers['server-timing']).toBe('queue;dur=1.235, tokenize;dur=0.25, run;dur=2, cache;desc=miss, batch;desc="3/60"');
  });

  it('aborts with the deadline when it passes', async () => {
    served.orchestrator.run = (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const response = await served.fastify.inject({ ...infer, headers: { ...ADMIN, 'x-cortex-deadline-ms': '20' } });
    expect(response.statusCode).toBe(408);
    expect(response.headers['x-cortex-error-code']).toBe(new DeadlineExceededError(20).code);
  });

  describe('over a socket', () => {
    beforeAll(() => served.app.listen(0, '127.0.0.1'));

    function open(request: string) {
      const { port } = served.app.getHttpServer().address() as AddressInfo;
      const socket = connect(port, '127.0.0.1');
      socket.write(request);
      return socket;
    }

    it('aborts when the caller leaves', async () => {
      const reason = new Promise<unknown>((resolve) => {
        served.orchestrator.run = (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => {
          resolve(signal.reason);
          reject(signal.reason);
        }));
      });
      const body = JSON.stringify(infer.payload);
      const socket = open(`POST ${infer.url} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer admin-key\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
      setTimeout(() => socket.destroy(), 50);
      expect(await reason).toBeInstanceOf(CallerGoneError);
    });

    it('reads no body of somebody unknown', async () => {
      const socket = open(`POST ${infer.url} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n{`);
      const [data] = await once(socket, 'data');
      expect(String(data)).toMatch(/^HTTP\/1\.1 401/);
      socket.destroy();
    });

    it('answers a client that sends more than the limit before it reads', async () => {
      await using small = await serve({ maxBodyBytes: 100 });
      await small.app.listen(0, '127.0.0.1');
      const { port } = small.app.getHttpServer().address() as AddressInfo;
      const body = 'x'.repeat(4_000_000);
      const response = await fetch(`http://127.0.0.1:${port}${infer.url}`, { method: 'POST', headers: { 'x-api-key': 'admin-key' }, body });
      expect(response.status).toBe(413);
    });

    it('refuses a body that grows above the limit without saying so', async () => {
      await using small = await serve({ maxBodyBytes: 100 });
      await small.app.listen(0, '127.0.0.1');
      const { port } = small.app.getHttpServer().address() as AddressInfo;
      const socket = connect(port, '127.0.0.1');
      socket.write(`POST ${infer.url} HTTP/1.1\r\nhost: x\r\nx-api-key: admin-key\r\ntransfer-encoding: chunked\r\n\r\n80\r\n${'x'.repeat(128)}\r\n0\r\n\r\n`);
      const [data] = await once(socket, 'data');
      expect(String(data)).toMatch(/^HTTP\/1\.1 413/);
      socket.destroy();
    });
  });
});
