import { Clock, SilentTelemetry, SystemClock, Telemetry } from '@cortex/kernel';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider, type OnModuleDestroy } from '@nestjs/common';
import { Governor } from './governor';
import { governorOptionsSchema, type GovernorConfiguration } from './governor.options';
import { ReservationLedger } from './reservation-ledger.port';
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

/**
 * Offers the Governor everywhere. Clock, Telemetry, ReservationLedger and ResourceProbe are taken from the application where
 * it offers them: without a ledger budgets are kept in this process, without a probe memory is not looked at.
 */
@Global()
@Module({ providers: [governor], exports: [Governor] })
export class ResourceGovernorModule extends ConfigurableModuleClass implements OnModuleDestroy {
  constructor(private readonly governor: Governor) {
    super();
  }

  onModuleDestroy(): void {
    this.governor[Symbol.dispose]();
  }
}
