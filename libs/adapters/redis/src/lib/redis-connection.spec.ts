import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { describeWith } from '@cortex/kernel/testing';
import { TIMEOUT_MS, connectionTo, proxyTo, until } from '../testing/redis-service';
import { backOffMs } from './redis-client';
import { RedisUnavailableError } from './redis.errors';

/** Nobody listens there. */
const NOWHERE = 'redis://:a-secret-password@127.0.0.1:1';

/** What an operator is shown. */
function board() {
  const shown: string[] = [];
  return { shown, health: { up: () => void shown.push('up'), down: (code: string) => void shown.push(code) }, warn: (message: string) => void shown.push(message) };
}

async function timed(work: Promise<unknown>): Promise<{ ms: number; error: unknown }> {
  const startedAt = performance.now();
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { ms: performance.now() - startedAt, error };
}

describe('backOffMs', () => {
  it('doubles with each attempt, with jitter, and is capped', () => {
    for (let attempt = 1; attempt <= 2_000; attempt += 1) {
      const most = Math.min(2_000, 50 * 2 ** (attempt - 1));
      expect(backOffMs(attempt)).toBeGreaterThan(most / 2 - 1);
      expect(backOffMs(attempt)).toBeLessThanOrEqual(most);
    }
  });
});

describe('RedisConnection', () => {
  it('fails at once where no Redis is, and says so once', async () => {
    const { shown, ...parts } = board();
    await using connection = connectionTo(NOWHERE, parts);
    await until(() => shown.length >= 5);
    const { ms, error } = await timed(connection.run((client) => client.ping()));
    expect(error).toBeInstanceOf(RedisUnavailableError);
    expect(error).toMatchObject({ code: 'REDIS.UNAVAILABLE', kind: 'unavailable', reason: 'ECONNREFUSED' });
    expect(ms).toBeLessThan(TIMEOUT_MS / 2);
    expect(shown.filter((line) => line.startsWith('Redis is away'))).toHaveLength(1);
    expect(shown).toContain('REDIS.ECONNREFUSED');
    expect(`${shown.join()}${String(error)}${(error as Error).stack}${JSON.stringify(error)}`).not.toMatch(/secret|127\.0\.0\.1/);
  });
});

/** Speaks just enough to be taken for a Redis; writes are answered by what it is told. */
class SeemingRedis implements AsyncDisposable {
  writes = '+OK\r\n';

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => socket.on('error', () => undefined).on('data', (chunk) => this.#answer(socket, chunk.toString())));
  }

  static async start(): Promise<SeemingRedis> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new SeemingRedis(server);
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((closed) => this.server.close(() => closed()));
  }

  #answer(socket: Socket, sent: string): void {
    for (const [, name] of sent.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) socket.write(name === 'set' ? this.writes : name === 'info' ? '$9\r\nloading:0\r\n' : '+PONG\r\n');
  }
}

describe('RedisConnection', () => {
  it.each([
    ['full', '-OOM command not allowed', 'OOM'],
    ['read-only', "-READONLY You can't write against a read only replica.", 'READONLY'],
  ])('takes a Redis that is %s for one that is away, until it can be written to', async (_state, refusal, reason) => {
    await using redis = await SeemingRedis.start();
    const { shown, ...parts } = board();
    await using connection = connectionTo(redis.url, parts);
    await until(() => connection.isUp);
    redis.writes = `${refusal}\r\n`;
    await expect(connection.run((client) => client.set('key', 'value'))).rejects.toMatchObject({ reason });
    expect(connection.isUp).toBe(false);
    await expect(connection.run((client) => client.ping())).rejects.toMatchObject({ reason });
    redis.writes = '+OK\r\n';
    await until(() => connection.isUp);
    expect(shown.filter((line) => /^(up|REDIS)/.test(line))).toEqual(['up', `REDIS.${reason}`, 'up']);
  });

  it('blames a refusal that is about the one command on nothing else', async () => {
    await using redis = await SeemingRedis.start();
    await using connection = connectionTo(redis.url);
    await until(() => connection.isUp);
    redis.writes = '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n';
    await expect(connection.run((client) => client.set('key', 'value'))).rejects.toMatchObject({ reason: 'WRONGTYPE' });
    expect(connection.isUp).toBe(true);
  });
});

describeWith('redis', 'RedisConnection', ({ url }) => {
  async function proxied() {
    const proxy = await proxyTo(url);
    const { shown, ...parts } = board();
    const connection = connectionTo(url, { proxy, ...parts });
    await until(() => connection.isUp);
    const ping = () => timed(connection.run((client) => client.ping()));
    const dispose = async () => {
      await connection[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    };
    return { proxy, connection, ping, shown, [Symbol.asyncDispose]: dispose };
  }

  it('answers, and has said that it is up', async () => {
    await using setup = await proxied();
    expect((await setup.ping()).error).toBeUndefined();
    expect(setup.shown).toEqual(['up']);
  });

  it('says what the password is refused with, and not the password', async () => {
    const { shown, ...parts } = board();
    const wrong = new URL(url);
    wrong.password = 'a-secret-password';
    await using _connection = connectionTo(wrong.href, parts);
    await until(() => shown.length >= 2);
    expect(shown[0]).toBe('REDIS.WRONGPASS');
    expect(shown.join()).not.toMatch(/secret/);
  });

  it('fails at once while it is cut off, and is back by itself', async () => {
    await using setup = await proxied();
    setup.proxy.cut();
    await until(() => !setup.connection.isUp);
    for (let time = 0; time < 50; time += 1) {
      const { ms, error } = await setup.ping();
      expect(error).toBeInstanceOf(RedisUnavailableError);
      expect(ms).toBeLessThan(TIMEOUT_MS / 2);
    }
    setup.proxy.mend();
    await until(() => setup.connection.isUp);
    expect((await setup.ping()).error).toBeUndefined();
    expect(setup.shown.at(-1)).toBe('up');
  });

  it('lets nobody wait for a slow Redis but the first few, until a probe has passed', async () => {
    await using setup = await proxied();
    setup.proxy.slow(5_000);
    const waited: number[] = [];
    for (let time = 0; time < 100; time += 1) {
      const { ms, error } = await setup.ping();
      expect(error).toBeInstanceOf(RedisUnavailableError);
      waited.push(ms);
    }
    expect(waited.filter((ms) => ms > TIMEOUT_MS / 2).length).toBeLessThanOrEqual(3);
    expect(Math.max(...waited)).toBeLessThan(2 * TIMEOUT_MS);
    expect(setup.shown).toContain('REDIS.TIMEOUT');
    setup.proxy.mend();
    await until(() => setup.connection.isUp);
    expect((await setup.ping()).error).toBeUndefined();
  });

  it('notices a slow Redis that nobody asks', async () => {
    await using setup = await proxied();
    setup.proxy.slow(5_000);
    await until(() => !setup.connection.isUp);
    expect(setup.shown).toContain('REDIS.TIMEOUT');
  });

  it('serves through a flapping connection, every call in time', async () => {
    await using setup = await proxied();
    const outcomes = { answered: 0, refused: 0, slowestMs: 0 };
    const flapping = setInterval(() => setup.proxy.reset(), 60);
    for (const endAt = performance.now() + 2_000; performance.now() < endAt; await new Promise((resolve) => setTimeout(resolve, 1))) {
      const { ms, error } = await setup.ping();
      outcomes[error === undefined ? 'answered' : 'refused'] += 1;
      outcomes.slowestMs = Math.max(outcomes.slowestMs, ms);
    }
    clearInterval(flapping);
    expect(outcomes.answered).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
    expect(outcomes.slowestMs).toBeLessThan(2 * TIMEOUT_MS);
    await until(() => setup.connection.isUp);
  });

  it('takes no time-out for the time in which this process was busy', async () => {
    const { shown, ...parts } = board();
    await using connection = connectionTo(url, parts);
    await until(() => connection.isUp);
    for (let time = 0; time < 5; time += 1) {
      const asked = timed(connection.run((client) => client.ping()));
      for (const _turn of [1, 2]) await new Promise((resolve) => setImmediate(resolve));
      for (const endAt = performance.now() + 1.5 * TIMEOUT_MS; performance.now() < endAt; ) void 0;
      expect((await asked).error).toBeUndefined();
    }
    expect(shown).toEqual(['up']);
  });

  it('gives each of many callers its own answer', async () => {
    await using connection = connectionTo(url, { timeoutMs: 5_000 });
    await until(() => connection.isUp);
    const replies = await Promise.all(Array.from({ length: 500 }, (_, index) => connection.run((client) => client.echo(String(index)))));
    expect(replies).toEqual(Array.from({ length: 500 }, (_, index) => String(index)));
  });

  it('sends what was asked for before it closes', async () => {
    await using setup = await proxied();
    const asked = setup.ping();
    await setup.connection[Symbol.asyncDispose]();
    expect((await asked).error).toBeUndefined();
    expect((await setup.ping()).error).toBeInstanceOf(RedisUnavailableError);
  });
});
