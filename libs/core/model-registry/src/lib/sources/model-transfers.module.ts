import { Clock, SystemClock } from '@cortex/kernel';
import { ConfigurableModuleBuilder, Global, Inject, Logger, Module, type FactoryProvider, type OnModuleDestroy } from '@nestjs/common';
import { ModelRegistry } from '../model-registry';
import { Incoming } from './incoming';
import { Installer } from './installer';
import { ModelSources } from './model-source.port';
import { Pulls } from './pulls';
import { transfersOptionsSchema, type TransferLimits, type TransfersOptions } from './transfers.options';
import { provenanceIn } from './record-provenance';
import { Uploads } from './uploads';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<TransfersOptions>({ moduleName: 'ModelTransfers' })
  .setClassMethodName('forRoot')
  .build();

const LIMITS = Symbol('TRANSFER_LIMITS');
const logger = new Logger('ModelTransfers');

const report = (error: unknown) => logger.error(error instanceof Error ? error.stack : 'a transfer failed');

const incoming: FactoryProvider<Incoming> = {
  provide: Incoming,
  inject: [LIMITS],
  useFactory: ({ folder, staleMs }: TransferLimits) => new Incoming(folder, staleMs),
};
const installer: FactoryProvider<Installer> = {
  provide: Installer,
  inject: [LIMITS, ModelRegistry],
  useFactory: ({ folder }: TransferLimits, registry: ModelRegistry) => new Installer(folder, { registry, record: provenanceIn(registry.records), report }),
};
const pulls: FactoryProvider<Pulls> = {
  provide: Pulls,
  inject: [ModelSources, Incoming, Installer, LIMITS, { token: Clock, optional: true }],
  useFactory: (sources: ModelSources, incoming: Incoming, installer: Installer, limits: TransferLimits, clock?: Clock) =>
    new Pulls({ sources, incoming, installer, limits, clock: clock ?? new SystemClock(), report }),
};

/** Offers Pulls and Uploads everywhere, beside global providers of ModelRegistry and ModelSources: `forRoot({ folder, maxBytes })`. */
@Global()
@Module({
  providers: [
    { provide: LIMITS, inject: [MODULE_OPTIONS_TOKEN], useFactory: (options: TransfersOptions) => transfersOptionsSchema.parse(options) },
    incoming,
    installer,
    pulls,
    { provide: Uploads, inject: [Incoming, Installer, LIMITS], useFactory: (incoming: Incoming, installer: Installer, limits: TransferLimits) => new Uploads({ incoming, installer, limits }) },
  ],
  exports: [Pulls, Uploads],
})
export class ModelTransfersModule extends ConfigurableModuleClass implements OnModuleDestroy {
  constructor(@Inject(Pulls) private readonly pulls: Pulls) {
    super();
  }

  /** Before the listener closes, so that who watches a pull hears its end. */
  async onModuleDestroy(): Promise<void> {
    await this.pulls.close();
  }
}
