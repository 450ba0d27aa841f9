import { connect, type Socket } from 'node:net';
import type { LoadPlan, LoadReport } from './load';

/** How often an open loop looks for requests that are due. */
const TICK_MS = 5;

/** One keep-alive connection on a raw socket, so that it takes little of the cores it shares with the server. One request at a time. */
class Connection {
  #socket: Socket;
  #sentAt = 0;
  #buffered: Buffer[] = [];
  #size = 0;
  /** Bytes of the whole answer, once its head has come. */
  #expected = 0;

  constructor(port: number, onOpen: (connection: Connection) => void, private readonly onAnswer: (connection: Connection, status: number, ms: number) => void) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('connect', () => onOpen(this));
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on('error', () => onAnswer(this, 0, 0));
  }

  send(request: Buffer): void {
    this.#sentAt = performance.now();
    this.#socket.write(request);
  }

  end(): void {
    this.#socket.end();
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
    this.onAnswer(this, status, performance.now() - this.#sentAt);
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

/** Counts answers. */
class Tally {
  readonly latencies: number[] = [];
  readonly refused: Record<number, number> = {};
  failed = 0;
  unsent = 0;
  readonly startedAt = performance.now();
  lastAt = this.startedAt;

  constructor(private readonly plan: LoadPlan) {}

  note(status: number, ms: number): void {
    this.lastAt = performance.now();
    if (status === 200) this.latencies.push(ms);
    else if (this.plan.refusals?.includes(status)) this.refused[status] = (this.refused[status] ?? 0) + 1;
    else this.failed += 1;
  }

  report(): void {
    const { latencies, refused, failed, unsent } = this;
    process.send!({ completed: latencies.length, refused, failed, unsent, ms: this.lastAt - this.startedAt, latencies: this.plan.latencies ? latencies : [] } satisfies LoadReport);
  }
}

/** A closed loop: every connection sends its next request when the last answer is whole. */
function closedLoop(plan: LoadPlan, requests: readonly Buffer[]): void {
  const tally = new Tally(plan);
  let sent = 0;
  let open = plan.inFlight;
  const mayGoOn = () => (plan.count === undefined ? performance.now() - tally.startedAt < plan.durationMs! : sent < plan.count);
  const next = (connection: Connection) => {
    if (mayGoOn()) return connection.send(requests[sent++ % requests.length]!);
    connection.end();
    if ((open -= 1) === 0) tally.report();
  };
  const onAnswer = (connection: Connection, status: number, ms: number) => {
    tally.note(status, ms);
    next(connection);
  };
  for (let index = 0; index < plan.inFlight; index += 1) new Connection(plan.port, next, onAnswer);
}

/** An open loop: requests are due at a rate, whatever the answers do; one that finds no free connection is counted as unsent. */
function openLoop(plan: LoadPlan, requests: readonly Buffer[]): void {
  const tally = new Tally(plan);
  const idle: Connection[] = [];
  let due = 0;
  let flying = 0;
  const onAnswer = (connection: Connection, status: number, ms: number) => {
    tally.note(status, ms);
    flying -= 1;
    idle.push(connection);
  };
  const connections = Array.from({ length: plan.inFlight }, () => new Connection(plan.port, (connection) => idle.push(connection), onAnswer));
  const timer = setInterval(() => {
    const elapsedMs = Math.min(performance.now() - tally.startedAt, plan.durationMs!);
    for (const dueNow = Math.floor((elapsedMs / 1_000) * plan.ratePerSecond!); due < dueNow; due += 1) {
      const connection = idle.pop();
      if (!connection) tally.unsent += 1;
      else {
        flying += 1;
        connection.send(requests[due % requests.length]!);
      }
    }
    if (elapsedMs < plan.durationMs! || flying > 0) return;
    clearInterval(timer);
    for (const connection of connections) connection.end();
    tally.report();
  }, TICK_MS);
}

function encode({ headers }: LoadPlan, path: string, body: string | undefined): Buffer {
  const lines = Object.entries({ host: '127.0.0.1', ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) });
  return Buffer.from(`${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body ?? ''}`);
}

process.on('message', (plan: LoadPlan) => {
  const requests = plan.requests.map(({ path, body }) => encode(plan, path, body));
  (plan.ratePerSecond === undefined ? closedLoop : openLoop)(plan, requests);
});
