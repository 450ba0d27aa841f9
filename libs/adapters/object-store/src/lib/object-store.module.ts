import { ObjectStore } from '@cortex/objects';
import { ConfigurableModuleBuilder, Global, Inject, Module, type FactoryProvider, type OnApplicationShutdown } from '@nestjs/common';
import { FileObjectStore, type FileObjectStoreOptions } from './file-object-store';
import { S3ObjectStore } from './s3/s3-object-store';
import type { S3Options } from './s3/s3.options';

/** A folder, which may be shared by processes of one machine or a network disk, or a bucket of an S3 server. */
export type ObjectStoreOptions = FileObjectStoreOptions | { readonly s3: S3Options };

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<ObjectStoreOptions>({ moduleName: 'ObjectStore' })
  .setClassMethodName('forRoot')
  .build();

const store: FactoryProvider<ObjectStore> = {
  provide: ObjectStore,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: async (options: ObjectStoreOptions) => {
    if (!('s3' in options)) return new FileObjectStore(options);
    const created = new S3ObjectStore(options.s3);
    await created.open();
    return created;
  },
};

/** Offers an ObjectStore everywhere: `forRoot({ folder })`, `forRoot({ s3: { endpoint, accessKey, secretKey, bucket } })` or `forRootAsync`. Starts without the server, not with a key that is refused. */
@Global()
@Module({ providers: [store], exports: [ObjectStore] })
export class ObjectStoreModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(ObjectStore) private readonly store: ObjectStore) {
    super();
  }

  /** After everybody who writes has ended. */
  onApplicationShutdown(): void {
    if (this.store instanceof S3ObjectStore) this.store[Symbol.dispose]();
  }
}
