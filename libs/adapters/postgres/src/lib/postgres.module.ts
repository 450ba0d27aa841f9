import { KeyStore } from '@cortex/identity';
import { JobStore } from '@cortex/jobs';
import { ChangeSignal, SilentChangeSignal } from '@cortex/kernel';
import { ModelCatalog } from '@cortex/model-registry';
import { PipelineCatalog } from '@cortex/nlp-pipeline';
import { CollectionStore, DocumentStore, PassageIndex, PassageSpaces } from '@cortex/query';
import { ConfigurableModuleBuilder, Global, Inject, Module, type FactoryProvider, type InjectionToken, type OnApplicationShutdown } from '@nestjs/common';
import { PostgresModelCatalog } from './catalog/postgres-model-catalog';
import { ChangeFeed } from './changes/change-feed';
import { PostgresCollectionStore } from './collections/postgres-collection-store';
import { Database } from './database/database';
import { PostgresDocumentStore } from './documents/postgres-document-store';
import { PostgresJobStore } from './jobs/postgres-job-store';
import { PostgresKeyStore } from './keys/postgres-key-store';
import { PostgresPassageIndex } from './passages/postgres-passage-index';
import { PostgresPassageSpaces } from './passages/postgres-passage-spaces';
import { PostgresPipelineCatalog } from './pipelines/postgres-pipeline-catalog';
import { postgresOptionsSchema, type PostgresConfiguration, type PostgresOptions, type PostgresStores } from './postgres.options';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<PostgresConfiguration>({ moduleName: 'Postgres' })
  .setClassMethodName('forRoot')
  .build();

const OPTIONS = Symbol('POSTGRES_OPTIONS');
const OPENED = Symbol('POSTGRES_OPENED');

/** What needs nothing but the database: made for who asks. */
const OF_DATABASE = [
  [CollectionStore, PostgresCollectionStore],
  [DocumentStore, PostgresDocumentStore],
  [PassageIndex, PostgresPassageIndex],
  [PassageSpaces, PostgresPassageSpaces],
] as const;

/** All that stands on one database. */
interface Opened extends PostgresStores {
  readonly database: Database;
  readonly changes: ChangeFeed;
}

const options: FactoryProvider<PostgresOptions> = {
  provide: OPTIONS,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: (configuration: PostgresConfiguration) => postgresOptionsSchema.parse(configuration),
};

const opened: FactoryProvider<Opened> = { provide: OPENED, inject: [OPTIONS, { token: ChangeSignal, optional: true }], useFactory: open };

/** Takes one of the parts out. */
function part<T>(token: InjectionToken<T>, of: (all: Opened) => T): FactoryProvider<T> {
  return { provide: token, inject: [OPENED], useFactory: of };
}

/**
 * Offers Database, ModelCatalog, KeyStore, JobStore, PipelineCatalog, and what `query` keeps and searches, everywhere: `forRoot({ url })`, or `forRoot({ folder })` for an embedded
 * one, or `forRootAsync`. Takes a global ChangeSignal where there is one. It ends after all that was accepted has been answered.
 */
@Global()
@Module({
  providers: [
    ...[options, opened],
    part(Database, ({ database }) => database),
    part<ModelCatalog>(ModelCatalog, ({ catalog }) => catalog),
    part<KeyStore>(KeyStore, ({ keys }) => keys),
    part<JobStore>(JobStore, ({ jobs }) => jobs),
    part<PipelineCatalog>(PipelineCatalog, ({ pipelines }) => pipelines),
    ...OF_DATABASE.map(([port, Adapter]) => part<InstanceType<typeof Adapter>>(port, ({ database }) => new Adapter(database))),
  ],
  exports: [Database, ModelCatalog, KeyStore, JobStore, PipelineCatalog, CollectionStore, DocumentStore, PassageIndex, PassageSpaces],
})
export class PostgresModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(OPENED) private readonly opened: Opened) {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    this.opened.changes[Symbol.dispose]();
    await this.opened.database[Symbol.asyncDispose]();
  }
}

async function open(given: PostgresOptions, signal: ChangeSignal = new SilentChangeSignal()): Promise<Opened> {
  const database = await Database.open(given);
  const changes = new ChangeFeed({ database, signal, pollMs: given.pollMs });
  const catalog = new PostgresModelCatalog({ database, changes, warn: given.warn });
  const stores = { catalog, keys: new PostgresKeyStore(database, changes), jobs: new PostgresJobStore(database), pipelines: new PostgresPipelineCatalog(database) };
  await given.onOpen(stores);
  return { ...stores, database, changes };
}
