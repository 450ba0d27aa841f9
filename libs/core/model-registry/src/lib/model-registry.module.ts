import { Clock, SystemClock } from '@cortex/kernel';
import { ConfigurableModuleBuilder, Global, Inject, Module, type FactoryProvider, type OnModuleDestroy } from '@nestjs/common';
import type { z } from 'zod';
import { MemoryModelCatalog } from './catalog/memory-model-catalog';
import { GateRunner } from './gate-runner.port';
import { ModelCatalog } from './model-catalog.port';
import { ModelRecords } from './model-records';
import { ModelRegistry } from './model-registry';
import { registryOptionsSchema, type RegistryOptions } from './model-registry.options';
import { Releases } from './releases/releases';
import { Rollouts } from './releases/rollouts';

type Options = z.input<typeof registryOptionsSchema>;

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<Options>({
  moduleName: 'ModelRegistry',
})
  .setClassMethodName('forRoot')
  .build();

const REGISTRY_OPTIONS = Symbol('REGISTRY_OPTIONS');

const settings: FactoryProvider<RegistryOptions> = {
  provide: REGISTRY_OPTIONS,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: (options: Options) => registryOptionsSchema.parse(options),
};

const records: FactoryProvider<ModelRecords> = {
  provide: ModelRecords,
  inject: [{ token: ModelCatalog, optional: true }],
  useFactory: (catalog: ModelCatalog = new MemoryModelCatalog()) => new ModelRecords(catalog),
};

const registry: FactoryProvider<ModelRegistry> = {
  provide: ModelRegistry,
  inject: [REGISTRY_OPTIONS, ModelRecords, { token: Clock, optional: true }],
  useFactory: async (options: RegistryOptions, kept: ModelRecords, clock?: Clock) => {
    const created = new ModelRegistry(options, clock ?? new SystemClock(), { records: kept });
    await created.refresh();
    return created;
  },
};

const rollouts: FactoryProvider<Rollouts> = { provide: Rollouts, inject: [ModelRegistry], useFactory: (models: ModelRegistry) => new Rollouts(models) };

const releases: FactoryProvider<Releases> = {
  provide: Releases,
  inject: [ModelRegistry, { token: GateRunner, optional: true }],
  useFactory: (models: ModelRegistry, runner?: GateRunner) => new Releases(models, runner),
};

/**
 * Offers a ModelRegistry that has read its folders everywhere, with Rollouts, Releases and ModelRecords: `forRoot({ folders,
 * maxBatchRows, defaults })` or `forRootAsync`. Takes a global ModelCatalog (else what is kept of models ends with the process)
 * and GateRunner where there are any.
 */
@Global()
@Module({ providers: [settings, records, registry, rollouts, releases], exports: [ModelRegistry, ModelRecords, Rollouts, Releases] })
export class ModelRegistryModule extends ConfigurableModuleClass implements OnModuleDestroy {
  constructor(@Inject(ModelRecords) private readonly records: ModelRecords) {
    super();
  }

  onModuleDestroy(): void {
    this.records[Symbol.dispose]();
  }
}
