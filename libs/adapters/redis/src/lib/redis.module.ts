import { ChangeSignal, Clock, SilentChangeSignal, SilentTelemetry, SystemClock, Telemetry } from '@cortex/kernel';
import { MemoryResultCache, ResultCache } from '@cortex/orchestrator';
import { MemoryReservationLedger, ReservationLedger } from '@cortex/resource-governor';
import { ConfigurableModuleBuilder, Global, Inject, Module, type FactoryProvider, type OnApplicationShutdown } from '@nestjs/common';
import { RedisChangeSignal } from './redis-change-signal';
import { mastersOf, redisClient, type RedisClient } from './redis-client';
import { RedisConnection } from './redis-connection';
import { redisOptionsSchema, type RedisOptions, type RedisSettings } from './redis.options';
import { RedisReservationLedger } from './redis-reservation-ledger';
import { RedisResultCache } from './redis-result-cache';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<RedisOptions>({ moduleName: 'Redis' })
  .setClassMethodName('forRoot')
  .build();

/** The settings with the one connection for commands. */
interface Shared {
  readonly settings: RedisSettings & { readonly url: string };
  readonly connection: RedisConnection;
}

/** Undefined without a URL. */
const SHARED = Symbol('what replicas share');
const LOCAL = Symbol('what stays in this process');

const shared: FactoryProvider<Shared | undefined> = {
  provide: SHARED,
  inject: [LOCAL],
  useFactory: ({ url, ...rest }: RedisSettings) => (url === undefined ? undefined : connected({ ...rest, url })),
};

const changeSignal: FactoryProvider<ChangeSignal> = {
  provide: ChangeSignal,
  inject: [SHARED],
  useFactory: (on?: Shared) => (on ? new RedisChangeSignal(on) : new SilentChangeSignal()),
};

const resultCache: FactoryProvider<ResultCache> = {
  provide: ResultCache,
  inject: [LOCAL, SHARED, { token: Telemetry, optional: true }],
  useFactory: ({ cacheBytes }: RedisSettings, on?: Shared, telemetry: Telemetry = new SilentTelemetry()) =>
    on ? new RedisResultCache({ ...on, telemetry }) : new MemoryResultCache({ maxBytes: cacheBytes }, telemetry),
};

const ledger: FactoryProvider<ReservationLedger> = {
  provide: ReservationLedger,
  inject: [SHARED, { token: Telemetry, optional: true }, { token: Clock, optional: true }],
  useFactory: (on?: Shared, telemetry: Telemetry = new SilentTelemetry(), clock: Clock = new SystemClock()) =>
    on ? new RedisReservationLedger({ ...on, telemetry, clock }) : new MemoryReservationLedger({ clock }),
};

/**
 * Offers ChangeSignal, ResultCache and ReservationLedger everywhere: by Redis with a `url`, of this process without. It starts
 * whether Redis answers or not, and ends after all that was accepted has been answered.
 */
@Global()
@Module({
  providers: [
    { provide: LOCAL, inject: [MODULE_OPTIONS_TOKEN], useFactory: (options: RedisOptions) => redisOptionsSchema.parse(options) },
    ...[shared, changeSignal, resultCache, ledger],
  ],
  exports: [ChangeSignal, ResultCache, ReservationLedger],
})
export class RedisModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(
    @Inject(SHARED) private readonly on: Shared | undefined,
    private readonly signal: ChangeSignal,
    private readonly budgets: ReservationLedger,
  ) {
    super();
  }

  /** The connection last: what the others still have to tell goes over it. */
  async onApplicationShutdown(): Promise<void> {
    for (const part of [this.signal, this.budgets, this.on?.connection]) if (isDisposable(part)) await part[Symbol.asyncDispose]();
  }
}

function connected(settings: Shared['settings']): Shared {
  const { keyPrefix, timeoutMs, health, warn } = settings;
  // A write, so that a server that only answers, full or read-only, does not count as one; a cluster is as well as its worst master.
  const probe = (client: RedisClient) => Promise.all([client.set(`${keyPrefix}:probe`, '1', 'PX', 10 * timeoutMs), ...mastersOf(client).map((node) => node.ping())]);
  return { settings, connection: new RedisConnection({ connect: () => redisClient(settings), timeoutMs, probe, health, warn }) };
}

function isDisposable(part: object | undefined): part is AsyncDisposable {
  return part !== undefined && Symbol.asyncDispose in part;
}
