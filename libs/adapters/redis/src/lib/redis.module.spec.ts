import { inspect } from 'node:util';
import { ChangeSignal, SilentChangeSignal } from '@cortex/kernel';
import { describeWith } from '@cortex/kernel/testing';
import { MemoryResultCache, ResultCache } from '@cortex/orchestrator';
import { MemoryReservationLedger, ReservationLedger } from '@cortex/resource-governor';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ownPrefix, until } from '../testing/redis-service';
import { RedisChangeSignal } from './redis-change-signal';
import type { RedisOptions } from './redis.options';
import { RedisModule } from './redis.module';
import { RedisReservationLedger } from './redis-reservation-ledger';
import { RedisResultCache } from './redis-result-cache';

const budget = { account: 'one', resource: 'tokens', limit: 10 } as const;

const compiled = (options: RedisOptions) => Test.createTestingModule({ imports: [RedisModule.forRoot(options)] }).compile();

/** Says what it was told. */
function told() {
  const said: string[] = [];
  return { said, health: { up: () => void said.push('up'), down: (code: string) => void said.push(code) }, warn: (message: string) => void said.push(message) };
}

describe('RedisModule', () => {
  it('keeps everything in this process without a URL', async () => {
    const module = await compiled({});
    expect(module.get(ChangeSignal)).toBeInstanceOf(SilentChangeSignal);
    expect(module.get(ResultCache)).toBeInstanceOf(MemoryResultCache);
    expect(module.get(ReservationLedger)).toBeInstanceOf(MemoryReservationLedger);
    await module.close();
  });

  it('starts where no Redis is, serves from this process, and says so', async () => {
    const { said, ...parts } = told();
    const module = await compiled({ url: 'redis://user:a-secret-password@127.0.0.1:1', ...parts });
    const cache = module.get(ResultCache);
    await until(() => said.length >= 4);
    expect(said.filter((line) => line.startsWith('Redis is away'))).toHaveLength(1);
    await cache.store(['row'], [Float32Array.of(1)]);
    expect(cache.find(['row'])).toEqual([Float32Array.of(1)]);
    expect(module.get(ReservationLedger).reserve([{ budget, amount: 1 }])).toMatchObject({ claims: [{ amount: 1 }] });
    module.get(ChangeSignal).announce('models');
    expect(said.join()).not.toMatch(/secret|127\.0\.0\.1/);
    await module.close();
  });

  it.each([
    [{ url: 'http://user:a-secret-password@host' }, 'url'],
    [{ url: 'redis://user:a-secret-password@ho st' }, 'url'],
    [{ keyPrefix: 'a{b}' }, 'keyPrefix'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
  ])('refuses %j by name, and repeats no password', async (options, field) => {
    const refusal: unknown = await compiled(options).catch((error: unknown) => error);
    expect(String(refusal)).toContain(field);
    expect(inspect(refusal)).not.toContain('secret');
  });
});

describeWith('redis', 'RedisModule', ({ url }) => {
  it('shares by Redis, and lets it go when the application ends', async () => {
    const { said, ...parts } = told();
    const module = await compiled({ url, keyPrefix: ownPrefix(), ...parts });
    await until(() => said.includes('up'));
    expect(module.get(ChangeSignal)).toBeInstanceOf(RedisChangeSignal);
    expect(module.get(ResultCache)).toBeInstanceOf(RedisResultCache);
    const ledger = module.get(ReservationLedger);
    expect(ledger).toBeInstanceOf(RedisReservationLedger);
    const reservation = await ledger.reserve([{ budget, amount: 1 }]);
    const settled = ledger.settle(reservation, { tokens: 1 });
    await module.close();
    await settled;
    expect(ledger.reserve([{ budget, amount: 1 }])).not.toBeInstanceOf(Promise);
    expect(said).toEqual(['up']);
  });

  it('stays until those have ended who still have something to tell', async () => {
    const { said, ...parts } = told();
    const settings = { url, keyPrefix: ownPrefix(), ...parts };

    @Injectable()
    class Server implements OnApplicationShutdown {
      constructor(@Inject(ReservationLedger) private readonly ledger: ReservationLedger) {}

      async onApplicationShutdown(): Promise<void> {
        const reservation = await this.ledger.reserve([{ budget, amount: 1 }]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await this.ledger.settle(reservation, { tokens: 1 });
      }
    }
    const [app, other] = [await Test.createTestingModule({ imports: [RedisModule.forRoot(settings)], providers: [Server] }).compile(), await compiled(settings)];
    await until(() => said.filter((line) => line === 'up').length === 2);
    await app.close();
    expect(await other.get(ReservationLedger).usage('one')).toMatchObject([{ reserved: 0, spent: 1 }]);
    await other.close();
  });
});
