import { randomUUID } from 'node:crypto';
import { ChangeSignal } from '@cortex/kernel';
import { redisClient } from './redis-client';
import { RedisConnection } from './redis-connection';
import { RedisUnavailableError } from './redis.errors';
import type { RedisSettings } from './redis.options';

export interface RedisChangeSignalParts {
  readonly connection: RedisConnection;
  readonly settings: Pick<RedisSettings, 'cluster' | 'keyPrefix' | 'timeoutMs'> & { readonly url: string };
}

/**
 * Topics by publish and subscribe. When the connection stands again everybody is told, and what could not be announced meanwhile
 * is announced then. A cluster's client may move to another node unseen: there, too, whoever listens looks by himself now and then.
 */
export class RedisChangeSignal extends ChangeSignal implements AsyncDisposable {
  readonly #replica = randomUUID();
  readonly #connection: RedisConnection;
  readonly #channel: string;
  /** A connection that subscribes can do nothing else. It is up when it hears. */
  readonly #ear: RedisConnection;
  readonly #recovery: Disposable;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #untold = new Set<string>();

  constructor({ connection, settings }: RedisChangeSignalParts) {
    super();
    this.#connection = connection;
    this.#channel = `${settings.keyPrefix}:changes`;
    const connect = () => redisClient(settings).on('message', (_channel: string, message: string) => this.#receive(message));
    this.#ear = new RedisConnection({ connect, timeoutMs: settings.timeoutMs, probe: (subscriber) => subscriber.subscribe(this.#channel) });
    this.#ear.onUp(() => this.#hearEverything());
    this.#recovery = connection.onUp(() => this.#catchUp());
  }

  override announce(topic: string): void {
    void this.#tell(topic);
  }

  override listen(topic: string, heard: () => void): Disposable {
    // Two who listen with one function are two.
    const listener = () => heard();
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return { [Symbol.dispose]: () => void listeners.delete(listener) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#recovery[Symbol.dispose]();
    await this.#ear[Symbol.asyncDispose]();
  }

  async #tell(topic: string): Promise<void> {
    try {
      await this.#connection.run((client) => client.publish(this.#channel, `${this.#replica} ${topic}`));
      this.#untold.delete(topic);
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      this.#untold.add(topic);
    }
  }

  #receive(message: string): void {
    const [replica, topic] = message.split(' ', 2);
    if (topic !== undefined && replica !== this.#replica) this.#hear(topic);
  }

  #hear(topic: string): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }

  #hearEverything(): void {
    for (const topic of this.#listeners.keys()) this.#hear(topic);
  }

  #catchUp(): void {
    for (const topic of this.#untold) void this.#tell(topic);
  }
}
