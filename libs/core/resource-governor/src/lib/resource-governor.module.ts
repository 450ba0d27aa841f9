import { Clock, SilentTelemetry, SystemClock, Telemetry } from '@cortex/kernel';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider } from '@nestjs/common';
import { Governor } from './governor';
import { governorOptionsSchema, type GovernorConfiguration } from './governor.options';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<GovernorConfiguration>({ moduleName: 'ResourceGovernor' })
  .setClassMethodName('forRoot')
  .build();

const governor: FactoryProvider<Governor> = {
  provide: Governor,
  inject: [MODULE_OPTIONS_TOKEN, { token: Clock, optional: true }, { token: Telemetry, optional: true }],
  useFactory: (options: GovernorConfiguration, clock: Clock = new SystemClock(), telemetry: Telemetry = new SilentTelemetry()) =>
    new Governor(governorOptionsSchema.parse(options), clock, telemetry),
};

/** Offers the Governor everywhere. Clock and Telemetry are taken from the application where it offers them. */
@Global()
@Module({ providers: [governor], exports: [Governor] })
export class ResourceGovernorModule extends ConfigurableModuleClass {}
