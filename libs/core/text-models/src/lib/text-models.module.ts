import { Clock } from '@cortex/kernel';
import { ModelRegistry } from '@cortex/model-registry';
import { Orchestrator } from '@cortex/orchestrator';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider } from '@nestjs/common';
import { TextModels } from './text-models';
import { textModelsOptionsSchema, type TextModelsOptions } from './text-models.options';
import { Tokenizers } from './tokenizers';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<TextModelsOptions>({ moduleName: 'TextModels' })
  .setClassMethodName('forRoot')
  .build();

const tokenizers: FactoryProvider<Tokenizers> = {
  provide: Tokenizers,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: (options: TextModelsOptions) => new Tokenizers(textModelsOptionsSchema.parse(options).tokenizers),
};

const textModels: FactoryProvider<TextModels> = {
  provide: TextModels,
  inject: [ModelRegistry, Orchestrator, Tokenizers, { token: Clock, optional: true }],
  useFactory: (...parts: ConstructorParameters<typeof TextModels>) => new TextModels(...parts),
};

/** Offers TextModels everywhere. Beside it stand a global ModelRegistryModule and OrchestratorModule. */
@Global()
@Module({ providers: [tokenizers, textModels], exports: [TextModels, Tokenizers] })
export class TextModelsModule extends ConfigurableModuleClass {}
