import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { Clock, Telemetry } from '@cortex/kernel';
import { Governor } from './governor';
import { governorOptionsSchema, type GovernorOptions } from './governor.options';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<Partial<GovernorOptions>>({ moduleName: 'ResourceGovernor' })
  .setClassMethodName('forRoot')
  .build();

/** Offers the Governor. Expects Clock and Telemetry from a global module of the application. */
@Module({
  providers: [
    {
      provide: Governor,
      inject: [MODULE_OPTIONS_TOKEN, Clock, Telemetry],
      useFactory: (options: Partial<GovernorOptions>, clock: Clock, telemetry: Telemetry) =>
        new Governor(governorOptionsSchema.parse(options), clock, telemetry),
    },
  ],
  exports: [Governor],
})
export class ResourceGovernorModule extends ConfigurableModuleClass {}
