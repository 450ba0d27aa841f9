import { Keys } from '@cortex/identity';
import { Telemetry } from '@cortex/kernel';
import { ConfigurableModuleBuilder, Global, Module } from '@nestjs/common';
import { Access } from './access';
import type { AccessOptions } from './access.options';
import { openAccess } from './open-access';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: ACCESS_OPTIONS } = new ConfigurableModuleBuilder<AccessOptions>({ moduleName: 'Access' })
  .setClassMethodName('forRoot')
  .build();

/** Offers Access everywhere: `AccessModule.forRoot(options)`, or `forRootAsync`. Keys and Telemetry are taken from the application where it offers them. */
@Global()
@Module({
  providers: [
    {
      provide: Access,
      inject: [ACCESS_OPTIONS, { token: Keys, optional: true }, { token: Telemetry, optional: true }],
      useFactory: (options: AccessOptions, keys?: Keys, telemetry?: Telemetry) => openAccess(options, { store: keys?.store, telemetry }),
    },
  ],
  exports: [Access],
})
export class AccessModule extends ConfigurableModuleClass {}
