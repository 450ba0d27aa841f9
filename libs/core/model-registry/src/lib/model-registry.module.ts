import { Clock, SystemClock } from '@cortex/kernel';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider } from '@nestjs/common';
import type { z } from 'zod';
import { ModelRegistry } from './model-registry';
import { registryOptionsSchema } from './model-registry.options';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<z.input<typeof registryOptionsSchema>>({
  moduleName: 'ModelRegistry',
})
  .setClassMethodName('forRoot')
  .build();

const registry: FactoryProvider<ModelRegistry> = {
  provide: ModelRegistry,
  inject: [MODULE_OPTIONS_TOKEN, { token: Clock, optional: true }],
  useFactory: async (options: z.input<typeof registryOptionsSchema>, clock?: Clock) => {
    const created = new ModelRegistry(registryOptionsSchema.parse(options), clock ?? new SystemClock());
    await created.refresh();
    return created;
  },
};

/** Offers a ModelRegistry that has read its folders everywhere: `forRoot({ folders, maxBatchRows, defaults })` or `forRootAsync`. */
@Global()
@Module({ providers: [registry], exports: [ModelRegistry] })
export class ModelRegistryModule extends ConfigurableModuleClass {}
