import { connect, type Socket } from 'node:net';
import type { LoadPlan, LoadReport } from './load';

/**
 * A closed loop over keep-alive connections on raw sockets, so that it takes little of the cores it shares with the server:
 * every connection sends its next request when the last answer is whole. Run as a child process.
 */
class Connection {
  #socket: Socket;
  #sentAt = 0;
  #buffered: Buffer[] = [];
  #size = 0;
  /** Bytes of the whole answer, once its head has come. */
  #expected = 0;

  constructor(port: number, private readonly next: () => Buffer | undefined, private readonly done: (status: number, ms: number) => void) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('connect', () => this.send());
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on('error', () => this.done(0, 0));
  }

  send(): void {
    const request = this.next();
    if (!request) return void this.#socket.end();
    this.#sentAt = performance.now();
    this.#socket.write(request);
  }

  #receive(chunk: Buffer): void {
    this.#buffered.push(chunk);
    this.#size += chunk.length;
    if (this.#expected === 0) this.#expected = wholeSize(this.#buffered.length === 1 ? chunk : Buffer.concat(this.#buffered));
    if (this.#expected === 0 || this.#size < this.#expected) return;
    const status = Number(this.#buffered[0]!.toString('latin1', 9, 12));
    this.#buffered = [];
    this.#size = 0;
    this.#expected = 0;
    this.done(status, performance.now() - this.#sentAt);
    this.send();
  }
}

/** Head and body together; 0 while the head is not whole. */
function wholeSize(bytes: Buffer): number {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1];
  if (length === undefined) throw new Error('an answer without content-length');
  return end + 4 + Number(length);
}

function run(plan: LoadPlan): void {
  const requests = plan.requests.map(({ path, body }) => encode(plan, path, body));
  const latencies: number[] = [];
  let sent = 0;
  let failed = 0;
  let open = plan.inFlight;
  const startedAt = performance.now();
  let lastAt = startedAt;
  const mayGoOn = () => (plan.count === undefined ? performance.now() - startedAt < plan.durationMs! : sent < plan.count);
  const next = () => {
    if (mayGoOn()) return requests[sent++ % requests.length];
    if ((open -= 1) === 0) process.send!({ completed: latencies.length, failed, ms: lastAt - startedAt, latencies: plan.latencies ? latencies : [] } satisfies LoadReport);
    return undefined;
  };
  const done = (status: number, ms: number) => {
    lastAt = performance.now();
    if (status === 200) latencies.push(ms);
    else failed += 1;
  };
  for (let index = 0; index < plan.inFlight; index += 1) new Connection(plan.port, next, done);
}

function encode({ headers }: LoadPlan, path: string, body: string | undefined): Buffer {
  const lines = Object.entries({ host: '127.0.0.1', ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) });
  return Buffer.from(`${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? ''}`);
}

process.on('message', run);
