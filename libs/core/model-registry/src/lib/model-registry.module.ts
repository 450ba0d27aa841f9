import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import type { z } from 'zod';
import { ModelRegistry } from './model-registry';
import { registryOptionsSchema } from './registry-options';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<z.input<typeof registryOptionsSchema>>({
  moduleName: 'ModelRegistry',
})
  .setClassMethodName('forRoot')
  .build();

/** Provides a ModelRegistry that has read its folders. `forRoot({ folders, maxBatchRows, defaults })` or `forRootAsync`. */
@Module({
  providers: [{ provide: ModelRegistry, inject: [MODULE_OPTIONS_TOKEN], useFactory: createRegistry }],
  exports: [ModelRegistry],
})
export class ModelRegistryModule extends ConfigurableModuleClass {}

async function createRegistry(options: z.input<typeof registryOptionsSchema>): Promise<ModelRegistry> {
  const registry = new ModelRegistry(registryOptionsSchema.parse(options));
  await registry.refresh();
  return registry;
}
