import { KeyStore } from '@cortex/identity';
import { JobStore } from '@cortex/jobs';
import { ChangeSignal, SilentChangeSignal } from '@cortex/kernel';
import { ModelCatalog } from '@cortex/model-registry';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider, type OnApplicationShutdown } from '@nestjs/common';
import { PostgresModelCatalog } from './catalog/postgres-model-catalog';
import { ChangeFeed } from './changes/change-feed';
import { Database } from './database/database';
import { PostgresJobStore } from './jobs/postgres-job-store';
import { PostgresKeyStore } from './keys/postgres-key-store';
import { postgresOptionsSchema, type PostgresConfiguration, type PostgresOptions } from './postgres.options';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<PostgresConfiguration>({ moduleName: 'Postgres' })
  .setClassMethodName('forRoot')
  .build();

const OPTIONS = Symbol('POSTGRES_OPTIONS');

const options: FactoryProvider<PostgresOptions> = {
  provide: OPTIONS,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: (configuration: PostgresConfiguration) => postgresOptionsSchema.parse(configuration),
};

const database: FactoryProvider<Database> = { provide: Database, inject: [OPTIONS], useFactory: (given: PostgresOptions) => Database.open(given) };

const changes: FactoryProvider<ChangeFeed> = {
  provide: ChangeFeed,
  inject: [OPTIONS, Database, { token: ChangeSignal, optional: true }],
  useFactory: ({ pollMs }: PostgresOptions, opened: Database, signal: ChangeSignal = new SilentChangeSignal()) => new ChangeFeed({ database: opened, signal, pollMs }),
};

const catalog: FactoryProvider<ModelCatalog> = {
  provide: ModelCatalog,
  inject: [OPTIONS, Database, ChangeFeed],
  useFactory: ({ warn }: PostgresOptions, opened: Database, feed: ChangeFeed) => new PostgresModelCatalog({ database: opened, changes: feed, warn }),
};

const keys: FactoryProvider<KeyStore> = {
  provide: KeyStore,
  inject: [Database, ChangeFeed],
  useFactory: (opened: Database, feed: ChangeFeed) => new PostgresKeyStore(opened, feed),
};

const jobs: FactoryProvider<JobStore> = { provide: JobStore, inject: [Database], useFactory: (opened: Database) => new PostgresJobStore(opened) };

/**
 * Offers Database, ModelCatalog, KeyStore and JobStore everywhere: `forRoot({ url })`, or `forRoot({ folder })` for an embedded
 * one, or `forRootAsync`. Takes a global ChangeSignal where there is one. It ends after all that was accepted has been answered.
 */
@Global()
@Module({ providers: [options, database, changes, catalog, keys, jobs], exports: [Database, ModelCatalog, KeyStore, JobStore] })
export class PostgresModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(private readonly opened: Database, private readonly feed: ChangeFeed) {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    this.feed[Symbol.dispose]();
    await this.opened[Symbol.asyncDispose]();
  }
}
