import { Clock } from '@cortex/kernel';
import { GateRunner, ModelRegistry } from '@cortex/model-registry';
import { Orchestrator } from '@cortex/orchestrator';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider } from '@nestjs/common';
import { TextGateRunner } from './text-gate-runner';
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

const gateRunner: FactoryProvider<GateRunner> = {
  provide: GateRunner,
  inject: [TextModels, Orchestrator, { token: Clock, optional: true }],
  useFactory: (...parts: ConstructorParameters<typeof TextGateRunner>) => new TextGateRunner(...parts),
};

/** Offers TextModels, and with them the GateRunner that promotions ask, everywhere. Beside it stand a global ModelRegistryModule and OrchestratorModule. */
@Global()
@Module({ providers: [tokenizers, textModels, gateRunner], exports: [TextModels, Tokenizers, GateRunner] })
export class TextModelsModule extends ConfigurableModuleClass {}
