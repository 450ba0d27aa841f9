import { ConfigurableModuleBuilder, Global, Module } from '@nestjs/common';
import { identityOptionsSchema, type IdentityConfiguration, type IdentityOptions } from './identity.options';
import { KeyStore } from './key-store.port';
import { Keys } from './keys';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<IdentityConfiguration>({ moduleName: 'Identity' })
  .setClassMethodName('forRoot')
  .build();

const OPTIONS = Symbol('IDENTITY_OPTIONS');

/** Offers Keys, and the KeyStore they are in, everywhere: `forRoot({ store: new FileKeyStore({ path }) })` or `forRootAsync`. */
@Global()
@Module({
  providers: [
    { provide: OPTIONS, inject: [MODULE_OPTIONS_TOKEN], useFactory: (options: IdentityConfiguration) => identityOptionsSchema.parse(options) },
    { provide: KeyStore, inject: [OPTIONS], useFactory: ({ store }: IdentityOptions) => store },
    { provide: Keys, inject: [OPTIONS], useFactory: (options: IdentityOptions) => new Keys(options) },
  ],
  exports: [KeyStore, Keys],
})
export class IdentityModule extends ConfigurableModuleClass {}
