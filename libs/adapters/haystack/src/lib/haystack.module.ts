import type { DependencyHealth } from '@cortex/kernel';
import { ExternalPipelines } from '@cortex/query';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider } from '@nestjs/common';
import { HaystackAnswerModel } from './haystack-answer-model';
import { haystackOptionsSchema, type HaystackOptions, type HaystackSettings } from './haystack.options';
import { HaystackPipelines } from './haystack-pipelines';
import { HaystackServer } from './haystack-server';

export interface HaystackModuleOptions extends HaystackOptions {
  readonly health: DependencyHealth;
}

/** The settings with the one way to the server. */
interface Reached {
  readonly settings: HaystackSettings;
  readonly server: HaystackServer;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<HaystackModuleOptions>({ moduleName: 'Haystack' }).setClassMethodName('forRoot').build();
const REACHED = Symbol('a Haystack server');
/** Of a `readonly AnswerModel[]`: one for each pipeline that the options name. */
export const HAYSTACK_ANSWER_MODELS = Symbol('HAYSTACK_ANSWER_MODELS');

const reached: FactoryProvider<Reached> = {
  provide: REACHED,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: ({ health, ...options }: HaystackModuleOptions) => {
    const settings = haystackOptionsSchema.parse(options);
    return { settings, server: new HaystackServer(settings, health) };
  },
};

const pipelines: FactoryProvider<ExternalPipelines> = {
  provide: ExternalPipelines,
  inject: [REACHED],
  useFactory: ({ server, settings }: Reached) => new HaystackPipelines(server, settings.pipelines),
};

const answerModels: FactoryProvider<readonly HaystackAnswerModel[]> = {
  provide: HAYSTACK_ANSWER_MODELS,
  inject: [REACHED],
  useFactory: ({ server, settings: { pipelines: named = [] } }: Reached) => named.map((name) => new HaystackAnswerModel(server, name)),
};

/** Offers ExternalPipelines and HAYSTACK_ANSWER_MODELS everywhere. */
@Global()
@Module({ providers: [reached, pipelines, answerModels], exports: [ExternalPipelines, HAYSTACK_ANSWER_MODELS] })
export class HaystackModule extends ConfigurableModuleClass {}
