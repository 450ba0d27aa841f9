import { Clock, SilentTelemetry, SystemClock, Telemetry } from '@cortex/kernel';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider, type OnModuleDestroy } from '@nestjs/common';
import { evictionNote } from './eviction-note';
import { Governor } from './governor';
import { governorOptionsSchema, type GovernorConfiguration } from './governor.options';
import { MemoryReservationLedger } from './memory-reservation-ledger';
import { ReservationLedger } from './reservation-ledger.port';
import { Residency, type Eviction } from './residency';
import { ResourceProbe } from './resource-probe.port';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<GovernorConfiguration>({ moduleName: 'ResourceGovernor' })
  .setClassMethodName('forRoot')
  .build();

const optional = (token: typeof Clock | typeof Telemetry | typeof ReservationLedger | typeof ResourceProbe) => ({ token, optional: true });

const governor: FactoryProvider<Governor> = {
  provide: Governor,
  inject: [MODULE_OPTIONS_TOKEN, optional(Clock), optional(Telemetry), optional(ReservationLedger), optional(ResourceProbe)],
  useFactory: (options: GovernorConfiguration, clock?: Clock, telemetry?: Telemetry, ledger?: ReservationLedger, probe?: ResourceProbe) =>
    new Governor(governorOptionsSchema.parse(options), clock ?? new SystemClock(), telemetry ?? new SilentTelemetry(), { ledger, probe }),
};

/** What is loaded lies in this process, or beside it: its memory is reserved in a ledger of its own, whoever keeps the callers' budgets. */
const residency: FactoryProvider<Residency> = {
  provide: Residency,
  inject: [MODULE_OPTIONS_TOKEN, Governor, optional(Clock), optional(ResourceProbe)],
  useFactory: async (options: GovernorConfiguration, governor: Governor, clock: Clock = new SystemClock(), probe?: ResourceProbe) => {
    const { residencyBytes, residencyPatienceMs } = governorOptionsSchema.parse(options);
    const limitBytes = Math.min(residencyBytes, (await probe?.read())?.limitBytes ?? Infinity);
    if (limitBytes < residencyBytes) governor.note({ kind: 'limit', reason: 'less-memory-than-configured', subject: 'models', figures: { limitBytes, configuredBytes: residencyBytes } });
    const onEviction = (eviction: Eviction) => governor.note(evictionNote(eviction));
    return new Residency({ limitBytes, patienceMs: residencyPatienceMs, ledger: new MemoryReservationLedger({ clock }), clock, ...(probe && { probe }), onEviction });
  },
};

/**
 * Offers Governor and Residency everywhere. Clock, Telemetry, ReservationLedger and ResourceProbe are taken from the application where
 * it offers them: without a ledger budgets are kept in this process, without a probe memory is not looked at.
 */
@Global()
@Module({ providers: [governor, residency], exports: [Governor, Residency] })
export class ResourceGovernorModule extends ConfigurableModuleClass implements OnModuleDestroy {
  constructor(private readonly governor: Governor) {
    super();
  }

  onModuleDestroy(): void {
    this.governor[Symbol.dispose]();
  }
}
