import type { DependencyHealth } from '@cortex/kernel';
import { NoAnswer, isServerWide, reasonOf } from './outage';
import type { RedisClient } from './redis-client';
import { RedisUnavailableError } from './redis.errors';

export interface RedisConnectionParts {
  /** Makes a client that connects by itself: at first, and whenever one has been silent. */
  readonly connect: () => RedisClient;
  readonly timeoutMs: number;
  /** What must succeed before anything else is asked, and each second: it shows that Redis does its work, not just that it is there. */
  readonly probe: (client: RedisClient) => Promise<unknown>;
  readonly health?: DependencyHealth | undefined;
  readonly warn?: ((message: string) => void) | undefined;
}

type Scripts = Readonly<Record<string, (...keysAndArguments: readonly (string | number)[]) => Promise<unknown>>>;

/** How often it is looked whether Redis does its work. */
const PULSE_MS = 1_000;
/** A connection that stands but does not become ready within so many pulses is given up. */
const PATIENCE_PULSES = 2;
/** So many calls, or probes, in a row without an answer, and nobody waits any more. */
const SILENT_CALLS = 3;
const SILENT_PROBES = 2;
const MAX_IN_FLIGHT = 10_000;

/**
 * A client and whether it is worth asking. Every call ends within the time-out; while Redis is away calls fail at once, and
 * only a probe that passed lets them through again.
 */
export class RedisConnection implements AsyncDisposable {
  readonly #pulse: NodeJS.Timeout;
  readonly #onUp = new Set<() => void>();
  readonly #scripts = new Map<string, { readonly lua: string; readonly numberOfKeys: number }>();
  /** Undefined from when one was given up to the next pulse. */
  #client: RedisClient | undefined;
  #state: 'unknown' | 'up' | 'away' | 'disposed' = 'unknown';
  #reason = 'CONNECTING';
  #inFlight = 0;
  /** Since the last answer, of those that had none. In a cluster calls may be answered while a probe, which asks all, is not. */
  #silentCalls = 0;
  #silentProbes = 0;
  #probing = false;
  /** Pulses that went by while the connection stood without being ready. */
  #unready = 0;

  constructor(private readonly parts: RedisConnectionParts) {
    this.#client = this.#open();
    this.#pulse = setInterval(() => this.#beat(), PULSE_MS).unref();
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  /** Sends commands at once, behind those that are still unanswered. @throws RedisUnavailableError */
  async run<T>(commands: (client: RedisClient) => Promise<T>): Promise<T> {
    if (!this.isUp || !this.#client) throw new RedisUnavailableError(this.#reason);
    if (this.#inFlight >= MAX_IN_FLIGHT) throw new RedisUnavailableError('CROWDED');
    const replies = commands(this.#client);
    try {
      return await this.#answered(replies);
    } catch (error) {
      this.#blame(error);
      throw new RedisUnavailableError(reasonOf(error) ?? 'CLOSED');
    }
  }

  /** Teaches the client Lua scripts, each over so many keys; a server learns one when it first runs it. */
  define(scripts: Readonly<Record<string, string>>, numberOfKeys: number): void {
    for (const [name, lua] of Object.entries(scripts)) {
      this.#scripts.set(name, { lua, numberOfKeys });
      this.#client?.defineCommand(name, { lua, numberOfKeys });
    }
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
    this.#client?.disconnect();
  }

  #open(): RedisClient {
    const client = this.parts.connect();
    const ifCurrent = <E>(react: (event: E) => void) => (event: E) => void (client === this.#client && react(event));
    client.on('error', ifCurrent((error: unknown) => (this.#reason = reasonOf(error) ?? this.#reason)));
    client.on('ready', ifCurrent(() => void this.#probe(client)));
    client.on('close', ifCurrent(() => this.#lose()));
    for (const [name, script] of this.#scripts) client.defineCommand(name, script);
    return client;
  }

  async #answered<T>(replies: Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      const values = await withinMs(this.parts.timeoutMs, replies);
      this.#silentCalls = 0;
      return values;
    } finally {
      this.#inFlight -= 1;
    }
  }

  #beat(): void {
    this.#client ??= this.#open();
    if (this.#client.status === 'ready') return void this.#probe(this.#client);
    this.#unready = this.#client.status === 'connect' ? this.#unready + 1 : 0;
    if (this.#unready >= PATIENCE_PULSES) this.#giveUp();
  }

  async #probe(client: RedisClient): Promise<void> {
    if (this.#probing) return;
    this.#probing = true;
    this.#unready = 0;
    try {
      await this.#answered(this.parts.probe(client));
      if (client === this.#client) this.#gain();
    } catch (error) {
      if (client === this.#client) this.#failed(error);
    } finally {
      this.#probing = false;
    }
  }

  /** A probe. */
  #failed(error: unknown): void {
    const isSilent = error instanceof NoAnswer;
    if (isSilent) this.#silentProbes += 1;
    if (this.isUp && isSilent && this.#silentProbes < SILENT_PROBES) return;
    this.#lose(reasonOf(error));
    if (isSilent) this.#giveUp();
  }

  /** What the failure of a call says of Redis. */
  #blame(error: unknown): void {
    const isSilent = error instanceof NoAnswer;
    if (isSilent) this.#silentCalls += 1;
    const reason = reasonOf(error);
    const isHopeless = isSilent ? this.#silentCalls >= SILENT_CALLS : isServerWide(reason);
    if (!this.isUp || !isHopeless) return;
    this.#lose(reason);
    if (isSilent) this.#giveUp();
  }

  /** A silent connection may be dead, and answers that come late are of no use: the next pulse makes another. */
  #giveUp(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#unready = 0;
    client?.disconnect();
  }

  #gain(): void {
    const { health, warn } = this.parts;
    this.#silentProbes = 0;
    if (this.#state === 'up' || this.#state === 'disposed') return;
    if (this.#state === 'away') warn?.('Redis is back');
    this.#state = 'up';
    health?.up();
    for (const listener of this.#onUp) listener();
  }

  /** Without a reason the last one stays: a closed connection says less than what closed it. */
  #lose(reason = this.isUp ? 'CLOSED' : this.#reason): void {
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
