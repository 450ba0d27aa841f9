import { AccessModule } from '@cortex/access';
import { ArrowFormat } from '@cortex/arrow';
import { BatchInferenceModule } from '@cortex/batch-inference';
import { BullmqModule, type BullmqOptions } from '@cortex/bullmq';
import { bundledModelsFolder } from '@cortex/bundled-models';
import { DocumentsModule } from '@cortex/documents';
import { HostModule } from '@cortex/host';
import { HttpModule, ServerReadiness } from '@cortex/http';
import { IdentityModule } from '@cortex/identity';
import { JobsModule } from '@cortex/jobs';
import { Clock, SystemClock } from '@cortex/kernel';
import { ModelRegistryModule, ModelTransfersModule, ModelUnloader, Rollouts } from '@cortex/model-registry';
import { ModelSourcesModule } from '@cortex/model-sources';
import { CortexLogger, HealthBoard, MonitoringModule, Readiness } from '@cortex/monitoring';
import { ObjectStoreModule, type ObjectStoreOptions } from '@cortex/object-store';
import { NlpModule } from '@cortex/nlp-pipeline';
import { OnnxModule } from '@cortex/onnx';
import { Orchestrator, OrchestratorModule, RolloutObserver } from '@cortex/orchestrator';
import { Database, PostgresModule, type EmbeddedPostgres, type PostgresConfiguration } from '@cortex/postgres';
import { QueryModule } from '@cortex/query';
import { RedisModule, type RedisOptions } from '@cortex/redis';
import { ResourceGovernorModule } from '@cortex/resource-governor';
import { TextModelsModule } from '@cortex/text-models';
import { Global, Logger, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { AnswersModule } from './answers.module';
import type { Configuration } from './configuration';
import { takeInEarlierHome } from './earlier-home';
import { Lifecycle } from './lifecycle';

const serverReadiness: FactoryProvider<ServerReadiness> = {
  provide: ServerReadiness,
  inject: [Readiness],
  useFactory: (readiness: Readiness) => ({ isReady: () => readiness.state === 'ready' }),
};

/** What every module may ask for: the time, and whether the server is ready. */
@Global()
@Module({
  providers: [
    { provide: Clock, useClass: SystemClock },
    { provide: RolloutObserver, useExisting: Rollouts },
    { provide: ModelUnloader, useExisting: Orchestrator },
    serverReadiness,
  ],
  exports: [Clock, RolloutObserver, ModelUnloader, ServerReadiness],
})
class ServiceModule {}

/** The embedded database is a dependency too: it is another process, and may be away for a moment. */
function databaseOf({ database, home }: Configuration, board: HealthBoard, logger: CortexLogger): PostgresConfiguration {
  const [info, warn] = [(message: string) => logger.log(message, 'Database'), (message: string) => logger.warn(message, 'Database')];
  return { ...database, health: board.dependency('postgres'), info, warn, onOpen: (stores) => takeInEarlierHome(home, stores, info) };
}

/** An S3 server is a dependency, a folder is not. */
function objectStoreOf({ objectStore }: Configuration, board: HealthBoard): ObjectStoreOptions {
  return 's3' in objectStore ? { s3: { ...objectStore.s3, health: board.dependency('object-store') } } : objectStore;
}

/** Without a URL nothing is shared, and nothing can be away. */
function redisOf({ redis }: Configuration, board: HealthBoard, logger: CortexLogger): RedisOptions {
  return redis.url === undefined ? {} : { ...redis, health: board.dependency('redis'), warn: (message) => logger.warn(message, 'Redis') };
}

/** Jobs wait in Redis where there is one, otherwise in the database. */
function queueOf({ redis: { url, cluster, keyPrefix } }: Configuration, { address, isEmbedded }: Database): BullmqOptions {
  if (url !== undefined) return { redisUrl: url, cluster, prefix: `{${keyPrefix}}:jobs` };
  return { postgres: 'url' in address ? address.url : address, isEmbedded };
}

/** The composition root: which part stands behind which port. No logic. */
@Module({})
export class CortexModule {
  static forRoot(configuration: Configuration, embedded?: EmbeddedPostgres): DynamicModule {
    const { threads, cacheDir } = configuration;
    return {
      module: CortexModule,
      imports: [
        ServiceModule,
        HostModule.forRoot({}),
        MonitoringModule.forRoot({ log: { level: configuration.logLevel, format: configuration.logFormat, directory: configuration.logDir } }),
        PostgresModule.forRootAsync({ inject: [HealthBoard, CortexLogger], useFactory: (board: HealthBoard, logger: CortexLogger) => ({ ...databaseOf(configuration, board, logger), embedded }) }),
        IdentityModule.forRoot({ hasStandingAdmin: true }),
        AccessModule.forRoot({ auth: configuration.auth, host: configuration.host, apiKey: configuration.apiKey, keyFile: configuration.keyFile }),
        RedisModule.forRootAsync({ inject: [HealthBoard, CortexLogger], useFactory: (board: HealthBoard, logger: CortexLogger) => redisOf(configuration, board, logger) }),
        ObjectStoreModule.forRootAsync({ inject: [HealthBoard], useFactory: (board: HealthBoard) => objectStoreOf(configuration, board) }),
        ModelRegistryModule.forRoot({
          folders: [{ path: configuration.modelDir, origin: 'folder' }, { path: bundledModelsFolder(), origin: 'bundled' }],
          maxBatchRows: configuration.maxBatchRows,
          derivable: ['int8'],
          defaults: { embed: 'cortex-embed-en', 'token-classify': 'cortex-nlp-en', ...configuration.defaultModels },
        }),
        ModelSourcesModule.forRoot({
          allowedHosts: configuration.modelHosts, allowPrivate: configuration.allowPrivateSources, hubUrl: configuration.hubUrl, hubToken: configuration.hubToken,
        }),
        ModelTransfersModule.forRoot({ folder: configuration.modelDir, maxBytes: configuration.maxModelBytes, ...('s3' in configuration.objectStore && { sharing: {} }) }),
        ResourceGovernorModule.forRoot({
          parallelism: threads,
          reservedParallelism: configuration.reservedCores,
          budgetMs: 500 * threads,
          waitingLimitMs: 10_000 * threads,
          memoryLimitBytes: configuration.memoryLimitBytes,
          memoryReservedBytes: configuration.memoryReservedBytes,
          residencyBytes: configuration.modelCacheBytes,
        }),
        OnnxModule.forRoot({ threads, cacheDir, warn: (message) => new Logger('OnnxModelRuntime').warn(message) }),
        OrchestratorModule.forRoot({}),
        TextModelsModule.forRoot({}),
        NlpModule.forRoot({}),
        BullmqModule.forRootAsync({
          inject: [Database, HealthBoard, CortexLogger],
          useFactory: (database: Database, board: HealthBoard, logger: CortexLogger) => ({ ...queueOf(configuration, database), health: board.dependency('job-queue'), warn: (message) => logger.warn(message, 'Jobs') }),
        }),
        JobsModule.forRoot({}),
        BatchInferenceModule.forRoot({ formats: [new ArrowFormat()] }),
        DocumentsModule.forRoot({}),
        AnswersModule.forRoot(configuration),
        QueryModule.forRoot({}),
        HttpModule.forRoot({ maxRowsPerRequest: configuration.maxRowsPerRequest, maxBodyBytes: configuration.maxBodyBytes }),
      ],
      providers: [Lifecycle],
    };
  }
}
