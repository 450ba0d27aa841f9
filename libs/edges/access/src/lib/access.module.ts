import { ConfigurableModuleBuilder, Global, Module } from '@nestjs/common';
import { Access } from './access';
import type { AccessOptions } from './access.options';
import { openAccess } from './open-access';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: ACCESS_OPTIONS } = new ConfigurableModuleBuilder<AccessOptions>({ moduleName: 'Access' })
  .setClassMethodName('forRoot')
  .build();

/** Offers Access everywhere: `AccessModule.forRoot(options)`, or `forRootAsync({ useFactory, inject })`. */
@Global()
@Module({
  providers: [{ provide: Access, useFactory: openAccess, inject: [ACCESS_OPTIONS] }],
  exports: [Access],
})
export class AccessModule extends ConfigurableModuleClass {}
