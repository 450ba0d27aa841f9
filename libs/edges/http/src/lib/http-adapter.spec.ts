import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { serve, type Served } from '../testing/served';

describe('HttpAdapter', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve();
    await served.app.listen(0, '127.0.0.1');
  });
  afterAll(() => served[Symbol.asyncDispose]());

  async function exchange(request: string): Promise<string> {
    const { port } = served.app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write(request);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
    await once(socket, 'close');
    return Buffer.concat(chunks).toString();
  }

  it.each([
    ['OPTIONS * HTTP/1.1', 404],
    ['GET //v2 HTTP/1.1', 401],
    ['GET http://elsewhere/v2 HTTP/1.1', 401],
    ['GET /v2/%ff HTTP/1.1', 400],
    ['GET /v2/health/live HTTP/1.1', 200],
    ['HEAD /v2/health/live HTTP/1.1', 200],
    ['DELETE /v2/health/live HTTP/1.1', 401],
  ])('answers %s with %i and a request id', async (line, status) => {
    const answer = await exchange(`${line}\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toMatch(/\r\nx-request-id: \S+\r\n/);
    expect(answer).not.toContain('statusCode');
  });

  it('answers pipelined requests in their order', async () => {
    const one = (id: string, rest = '') => `GET /v2/health/live HTTP/1.1\r\nhost: x\r\nx-request-id: ${id}\r\n${rest}\r\n`;
    const answer = await exchange(one('first') + one('second') + one('third', 'connection: close\r\n'));
    expect([...answer.matchAll(/x-request-id: (\w+)/g)].map(([, id]) => id)).toEqual(['first', 'second', 'third']);
  });

  it('takes a model reference as long as names may be', async () => {
    const answer = await exchange(`GET /v1/models/${'m'.repeat(128)}%40${'1'.repeat(128)}%2B${'v'.repeat(128)} HTTP/1.1\r\nhost: x\r\nx-api-key: user-key\r\nconnection: close\r\n\r\n`);
    expect(answer).toContain('REGISTRY.MODEL_NOT_FOUND');
  });
});
