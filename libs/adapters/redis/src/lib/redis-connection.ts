import type { DependencyHealth } from '@cortex/kernel';
import { NoAnswer, isServerWide, reasonOf } from './outage';
import type { RedisClient } from './redis-client';
import { RedisUnavailableError } from './redis.errors';

export interface RedisConnectionParts {
  readonly client: RedisClient;
  readonly timeoutMs: number;
  /** What must succeed before anything else is asked: it shows that Redis does its work, not just that it is there. */
  readonly probe: (client: RedisClient) => Promise<unknown>;
  readonly health?: DependencyHealth | undefined;
  readonly warn?: ((message: string) => void) | undefined;
}

type Scripts = Readonly<Record<string, (...keysAndArguments: readonly (string | number)[]) => Promise<unknown>>>;

/** How often it is looked whether Redis does its work. */
const PULSE_MS = 1_000;
/** A connection that stands but does not become ready within so many pulses is given up. */
const PATIENCE_PULSES = 2;
/** So many calls in a row without an answer, and nobody waits any more. */
const TIMEOUTS_IN_A_ROW = 3;
const MAX_IN_FLIGHT = 10_000;

/**
 * One client and whether it is worth asking. Every call ends within the time-out; while Redis is away calls fail at once, and
 * only a probe that passed lets them through again.
 */
export class RedisConnection implements AsyncDisposable {
  readonly #client: RedisClient;
  readonly #pulse: NodeJS.Timeout;
  readonly #onUp = new Set<() => void>();
  #state: 'unknown' | 'up' | 'away' | 'disposed' = 'unknown';
  #reason = 'CONNECTING';
  #inFlight = 0;
  /** Since the last answer. */
  #timeouts = 0;
  #probing = false;
  /** Pulses that went by while the connection stood without being ready. */
  #unready = 0;

  constructor(private readonly parts: RedisConnectionParts) {
    this.#client = parts.client;
    this.#client.on('error', (error: unknown) => (this.#reason = reasonOf(error) ?? this.#reason));
    this.#client.on('ready', () => void this.#probe());
    this.#client.on('close', () => this.#lose(this.isUp ? 'CLOSED' : undefined));
    this.#pulse = setInterval(() => this.#beat(), PULSE_MS).unref();
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  /** Sends commands at once, behind those that are still unanswered. @throws RedisUnavailableError */
  async run<T>(commands: (client: RedisClient) => Promise<T>): Promise<T> {
    if (!this.isUp) throw new RedisUnavailableError(this.#reason);
    if (this.#inFlight >= MAX_IN_FLIGHT) throw new RedisUnavailableError('CROWDED');
    const replies = commands(this.#client);
    try {
      return await this.#answered(replies);
    } catch (error) {
      this.#blame(error, { isProbe: false });
      throw new RedisUnavailableError(reasonOf(error) ?? 'CLOSED');
    }
  }

  /** Teaches the client Lua scripts, each over so many keys; a server learns one when it first runs it. */
  define(scripts: Readonly<Record<string, string>>, numberOfKeys: number): void {
    for (const [name, lua] of Object.entries(scripts)) this.#client.defineCommand(name, { lua, numberOfKeys });
  }

  /** Runs a script that was defined, over its keys and then its arguments. @throws RedisUnavailableError */
  script(name: string, keysAndArguments: readonly (string | number)[]): Promise<unknown> {
    return this.run((client) => (client as unknown as Scripts)[name]!(...keysAndArguments));
  }

  /** Calls the listener whenever Redis has become worth asking, until it is disposed. */
  onUp(listener: () => void): Disposable {
    this.#onUp.add(listener);
    return { [Symbol.dispose]: () => void this.#onUp.delete(listener) };
  }

  /** What was sent before is through, or failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#pulse);
    await Promise.allSettled([this.run((client) => client.ping())]);
    this.#state = 'disposed';
    this.#client.disconnect();
  }

  async #answered<T>(replies: Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      const values = await withinMs(this.parts.timeoutMs, replies);
      this.#timeouts = 0;
      return values;
    } finally {
      this.#inFlight -= 1;
    }
  }

  #beat(): void {
    if (this.#client.status === 'ready') return void this.#probe();
    this.#unready = this.#client.status === 'connect' ? this.#unready + 1 : 0;
    if (this.#unready >= PATIENCE_PULSES) this.#client.disconnect(true);
  }

  async #probe(): Promise<void> {
    if (this.#probing) return;
    this.#probing = true;
    this.#unready = 0;
    try {
      await this.#answered(this.parts.probe(this.#client));
      this.#gain();
    } catch (error) {
      this.#blame(error, { isProbe: true });
    } finally {
      this.#probing = false;
    }
  }

  /** What a failure says of Redis. A silent connection is replaced: it may be dead, and answers that come late are of no use. */
  #blame(error: unknown, { isProbe }: { readonly isProbe: boolean }): void {
    const isSilent = error instanceof NoAnswer;
    if (isSilent) this.#timeouts += 1;
    const reason = reasonOf(error);
    const isHopeless = isSilent ? this.#timeouts >= TIMEOUTS_IN_A_ROW : isServerWide(reason);
    if (this.isUp ? !isHopeless : !isProbe) return;
    this.#lose(reason);
    if (isSilent) this.#client.disconnect(true);
  }

  #gain(): void {
    const { health, warn } = this.parts;
    if (this.#state === 'up' || this.#state === 'disposed') return;
    if (this.#state === 'away') warn?.('Redis is back');
    this.#state = 'up';
    health?.up();
    for (const listener of this.#onUp) listener();
  }

  /** Without a reason the last one stays: a closed connection says less than what closed it. */
  #lose(reason = this.#reason): void {
    const { health, warn } = this.parts;
    if (this.#state === 'disposed') return;
    this.#reason = reason;
    health?.down(`REDIS.${reason}`);
    if (this.#state !== 'away') warn?.(`Redis is away (${reason}): until it is back this replica keeps its own cache and its own count of budgets`);
    this.#state = 'away';
  }
}

/** @throws NoAnswer */
function withinMs<T>(limitMs: number, replies: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // Timers go before sockets: a process that was busy for long must read what has come meanwhile before it gives up.
    const timer = setTimeout(() => setImmediate(() => reject(new NoAnswer())), limitMs);
    const settle = <V>(end: (value: V) => void) => (value: V) => {
      clearTimeout(timer);
      end(value);
    };
    replies.then(settle(resolve), settle(reject));
  });
}
