import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { FaultProxy } from './fault-proxy';

describe('FaultProxy', () => {
  let echo: Server;
  let proxy: FaultProxy;
  const clients: Socket[] = [];

  beforeEach(async () => {
    echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
    await new Promise<void>((listening) => echo.listen(0, '127.0.0.1', listening));
    proxy = await FaultProxy.to((echo.address() as AddressInfo).port);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await proxy[Symbol.asyncDispose]();
    await new Promise((closed) => echo.close(closed));
  });

  const client = (): Socket => {
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => undefined);
    clients.push(socket);
    return socket;
  };
  const closed = (socket: Socket): Promise<void> => new Promise((done) => socket.once('close', () => done()));
  const ask = async (socket: Socket, text: string): Promise<string> => {
    socket.write(text);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  };

  it('hands everything on while nothing is wrong', async () => expect(await ask(client(), 'hello')).toBe('hello'));

  it('resets open connections and takes new ones', async () => {
    const first = client();
    await ask(first, 'a');
    const ended = closed(first);
    proxy.reset();
    await ended;
    expect(await ask(client(), 'b')).toBe('b');
  });

  it('resets new connections too while it is cut, until it is mended', async () => {
    proxy.cut();
    await closed(client());
    proxy.mend();
    expect(await ask(client(), 'b')).toBe('b');
  });

  it('delays both ways while it is slow', async () => {
    const socket = client();
    await ask(socket, 'a');
    proxy.slow(50);
    const since = performance.now();
    expect(await ask(socket, 'b')).toBe('b');
    expect(performance.now() - since).toBeGreaterThanOrEqual(95);
  });

  it.each([0, 20])('lets everything arrive that was sent before an end, %i ms late', async (delayMs) => {
    const content = Buffer.alloc(8_000_000, 7);
    const speaker = createServer((socket) => socket.end(content));
    await new Promise<void>((listening) => speaker.listen(0, '127.0.0.1', listening));
    await using between = await FaultProxy.to((speaker.address() as AddressInfo).port);
    between.slow(delayMs);
    const socket = connect(between.port, '127.0.0.1');
    clients.push(socket);
    let bytes = 0;
    for await (const chunk of socket) {
      bytes += (chunk as Buffer).length;
      if (bytes < 1_000_000) await new Promise((waited) => setTimeout(waited, 5));
    }
    speaker.close();
    expect(bytes).toBe(content.length);
  });
});
