import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy on loopback between a client and a real server, that makes the network's faults. Dispose of it after the test. */
export class FaultProxy implements AsyncDisposable {
  #delayMs = 0;
  #refusing = false;
  #clients = 0;
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server, private readonly target: { readonly host: string; readonly port: number }) {
    server.on('connection', (socket) => this.#forward(socket));
  }

  static async to(port: number, host = '127.0.0.1'): Promise<FaultProxy> {
    const server = createServer();
    const proxy = new FaultProxy(server, { host, port });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many connections go through it now. */
  get connections(): number {
    return this.#clients;
  }

  /** Connections end with a reset; new ones too, until `mend`. */
  cut(): void {
    this.#refusing = true;
    this.reset();
  }

  /** Open connections end with a reset; new ones work. */
  reset(): void {
    for (const socket of this.#sockets) abandon(socket);
  }

  /** What is sent from now on, either way, arrives so much later. */
  slow(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  mend(): void {
    this.#refusing = false;
    this.#delayMs = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((done) => this.server.close(() => done()));
    this.cut();
    await closed;
  }

  #forward(client: Socket): void {
    if (this.#refusing) return void client.resetAndDestroy();
    this.#clients += 1;
    client.on('close', () => (this.#clients -= 1));
    const upstream = connect(this.target);
    this.#pipe(client, upstream);
    this.#pipe(upstream, client);
  }

  #pipe(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!from.readableEnded) to.destroy();
    });
    from.on('data', (chunk) => this.#later(() => to.writable && to.write(chunk)));
    from.on('end', () => this.#later(() => to.end())); // what was sent before arrives
  }

  /** Timers of one length fire in the order they were set: chunks keep theirs. */
  #later(task: () => void): void {
    if (this.#delayMs > 0) setTimeout(task, this.#delayMs).unref();
    else task();
  }
}

/** One that was ended already cannot be reset: the system refuses, and Node would keep it for ever. */
function abandon(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
