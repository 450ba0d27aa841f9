import { Jobs } from '@cortex/jobs';
import { Clock, CortexError, SystemClock } from '@cortex/kernel';
import { ArtifactStore, ObjectStore } from '@cortex/objects';
import { ConfigurableModuleBuilder, Global, Inject, Logger, Module, type FactoryProvider, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { parseModelReference } from '../model-reference';
import { ModelRegistry } from '../model-registry';
import type { SharingLog } from '../sharing/arrival';
import { ModelShelf } from '../sharing/model-shelf';
import { ModelUnloader } from '../sharing/model-unloader.port';
import { ReplicaSync } from '../sharing/replica-sync';
import { VersionLoader } from '../sharing/version-loader';
import { Incoming } from './incoming';
import { Installer } from './installer';
import { ModelSources } from './model-source.port';
import { Pulls } from './pulls';
import { StoredModelSources } from './stored-model-sources';
import { transfersOptionsSchema, type TransferLimits, type TransfersOptions } from './transfers.options';
import { recordedIn } from './record-arrival';
import { Uploads } from './uploads';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<TransfersOptions>({ moduleName: 'ModelTransfers' })
  .setClassMethodName('forRoot')
  .build();

const LIMITS = Symbol('TRANSFER_LIMITS');
/** Artefacts of models lie there, apart from everybody else's. */
const MODELS = 'models';
const logger = new Logger('ModelTransfers');
const log: SharingLog = { info: (message) => logger.log(message), warn: (message) => logger.warn(message) };

/** What is no bug needs no stack. */
function report(error: unknown): void {
  if (error instanceof CortexError) logger.warn(error.message);
  else logger.error(error instanceof Error ? error.stack : 'a transfer failed');
}

const incoming: FactoryProvider<Incoming> = {
  provide: Incoming,
  inject: [LIMITS],
  useFactory: ({ folder, staleMs }: TransferLimits) => new Incoming(folder, staleMs),
};
const shelf: FactoryProvider<ModelShelf | undefined> = {
  provide: ModelShelf,
  inject: [LIMITS, ModelRegistry, { token: ObjectStore, optional: true }],
  useFactory: (limits: TransferLimits, registry: ModelRegistry, objects?: ObjectStore) => {
    if (!limits.sharing) return undefined;
    if (!objects) throw new Error('models are to be shared, but there is no ObjectStore. This is a bug.');
    return new ModelShelf({ artifacts: new ArtifactStore(objects, MODELS), registry, limits, log });
  },
};
const installer: FactoryProvider<Installer> = {
  provide: Installer,
  inject: [LIMITS, ModelRegistry, ReplicaSync],
  useFactory: ({ folder }: TransferLimits, registry: ModelRegistry, others?: ReplicaSync) => new Installer(folder, { registry, record: recordedIn(registry.records), others, report }),
};
const sync: FactoryProvider<ReplicaSync | undefined> = {
  provide: ReplicaSync,
  inject: [LIMITS, ModelRegistry, Incoming, ModelShelf, { token: ObjectStore, optional: true }, { token: ModelUnloader, optional: true }, { token: Clock, optional: true }],
  useFactory: (limits: TransferLimits, registry: ModelRegistry, incoming: Incoming, shelf?: ModelShelf, objects?: ObjectStore, offered?: ModelUnloader, clock?: Clock) => {
    if (!limits.sharing || !shelf || !objects) return undefined;
    const { patienceMs, ...pace } = limits.sharing;
    const quiet = new Installer(limits.folder, { registry, report });
    const loader = new VersionLoader({ artifacts: new ArtifactStore(objects, MODELS), records: registry.records, incoming, installer: quiet, limits, patienceMs, clock: clock ?? new SystemClock(), log });
    const unloader = offered ?? { unload: async (reference: string) => withdraw(registry, reference) };
    return new ReplicaSync({ registry, shelf, loader, unloader, ...pace, log, report });
  },
};
const pulls: FactoryProvider<Pulls> = {
  provide: Pulls,
  inject: [Jobs, ModelSources, Incoming, Installer, LIMITS, { token: ObjectStore, optional: true }, { token: Clock, optional: true }],
  useFactory: (jobs: Jobs, others: ModelSources, incoming: Incoming, installer: Installer, limits: TransferLimits, objects?: ObjectStore, clock?: Clock) =>
    new Pulls(jobs, { sources: objects ? new StoredModelSources(objects, others) : others, incoming, installer, limits, clock: clock ?? new SystemClock() }),
};

/** Without anything that loads models there is nothing to be let go of. */
function withdraw(registry: ModelRegistry, reference: string): void {
  const { name, version } = parseModelReference(reference);
  registry.withdraw(name, version);
}

/**
 * Offers Pulls and Uploads everywhere, beside global providers of Jobs, ModelRegistry and ModelSources: `forRoot({ folder, maxBytes })`. A global ObjectStore is a source, too.
 * With it and `sharing` also ModelShelf: replicas have the same models, and a global ModelUnloader lets go of those that were deleted elsewhere.
 */
@Global()
@Module({
  providers: [
    { provide: LIMITS, inject: [MODULE_OPTIONS_TOKEN], useFactory: (options: TransfersOptions) => transfersOptionsSchema.parse(options) },
    incoming,
    shelf,
    installer,
    sync,
    pulls,
    { provide: Uploads, inject: [Incoming, Installer, LIMITS], useFactory: (incoming: Incoming, installer: Installer, limits: TransferLimits) => new Uploads({ incoming, installer, limits }) },
  ],
  exports: [Pulls, Uploads, ModelShelf],
})
export class ModelTransfersModule extends ConfigurableModuleClass implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(@Inject(ReplicaSync) private readonly sync: ReplicaSync | undefined) {
    super();
  }

  /** Nobody waits for what is shared to come: requests for it do. */
  onApplicationBootstrap(): void {
    this.sync?.begin().catch(report);
  }

  async onModuleDestroy(): Promise<void> {
    await this.sync?.close();
  }
}
