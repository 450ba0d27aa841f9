import { TextModels } from '@cortex/text-models';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider } from '@nestjs/common';
import { Nlp } from './nlp';
import { nlpOptionsSchema, type NlpOptions } from './nlp.options';
import { MemoryPipelineCatalog } from './pipeline/memory-pipeline-catalog';
import { PipelineCatalog } from './pipeline/pipeline-catalog.port';
import { Pipelines } from './pipeline/pipelines';
import type { StepKind } from './steps/define-step';
import { StepKinds } from './steps/step-kinds';

export interface NlpModuleOptions extends NlpOptions {
  /** Kinds of steps of one's own, beside the built-in ones. */
  readonly steps?: readonly StepKind[];
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<NlpModuleOptions>({ moduleName: 'Nlp' }).setClassMethodName('forRoot').build();

const kinds: FactoryProvider<StepKinds> = {
  provide: StepKinds,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: ({ steps }: NlpModuleOptions) => new StepKinds(steps),
};

const pipelines: FactoryProvider<Pipelines> = {
  provide: Pipelines,
  inject: [MODULE_OPTIONS_TOKEN, StepKinds, TextModels, { token: PipelineCatalog, optional: true }],
  useFactory: (options: NlpModuleOptions, stepKinds: StepKinds, models: TextModels, catalog: PipelineCatalog = new MemoryPipelineCatalog()) =>
    new Pipelines(catalog, stepKinds, { ...settingsOf(options), models }),
};

const nlp: FactoryProvider<Nlp> = {
  provide: Nlp,
  inject: [MODULE_OPTIONS_TOKEN, StepKinds, TextModels, Pipelines],
  useFactory: (options: NlpModuleOptions, stepKinds: StepKinds, models: TextModels, kept: Pipelines) => new Nlp(stepKinds, { ...settingsOf(options), models }, kept),
};

function settingsOf({ steps: _own, ...options }: NlpModuleOptions) {
  return nlpOptionsSchema.parse(options);
}

/** Offers Nlp and Pipelines everywhere. Beside it stand a global TextModelsModule and, where pipelines are to outlive the process, a global PipelineCatalog. */
@Global()
@Module({ providers: [kinds, pipelines, nlp], exports: [Nlp, Pipelines] })
export class NlpModule extends ConfigurableModuleClass {}
