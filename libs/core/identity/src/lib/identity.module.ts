import { ConfigurableModuleBuilder, Global, Module } from '@nestjs/common';
import { identityOptionsSchema, type IdentityConfiguration } from './identity.options';
import { KeyStore } from './key-store.port';
import { Keys } from './keys';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<IdentityConfiguration>({ moduleName: 'Identity' })
  .setClassMethodName('forRoot')
  .build();

/** Offers Keys everywhere: `forRoot({ hasStandingAdmin })` or `forRootAsync`. They are in the given store, else in a global KeyStore, else in this process. */
@Global()
@Module({
  providers: [
    {
      provide: Keys,
      inject: [MODULE_OPTIONS_TOKEN, { token: KeyStore, optional: true }],
      useFactory: (options: IdentityConfiguration, store?: KeyStore) => new Keys(identityOptionsSchema.parse({ ...options, store: options.store ?? store })),
    },
  ],
  exports: [Keys],
})
export class IdentityModule extends ConfigurableModuleClass {}
