import type { DependencyHealth } from '@cortex/kernel';
import { ConfigurableModuleBuilder, Global, Module, type FactoryProvider } from '@nestjs/common';
import { langchainOptionsSchema, type LangchainOptions } from './langchain.options';
import { chatModelOf } from './server/chat-model';
import { LangchainAnswerModel } from './server/langchain-answer-model';

export interface LangchainModuleOptions extends LangchainOptions {
  readonly health: DependencyHealth;
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<LangchainModuleOptions>({ moduleName: 'Langchain' }).setClassMethodName('forRoot').build();

const answerModel: FactoryProvider<Promise<LangchainAnswerModel>> = {
  provide: LangchainAnswerModel,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: async ({ health, ...options }: LangchainModuleOptions) => {
    const settings = langchainOptionsSchema.parse(options);
    const { model: name, silenceMs, maxCharacters } = settings;
    return new LangchainAnswerModel({ name, model: await chatModelOf(settings), health, silenceMs, maxCharacters, saysItsEnd: name.startsWith('openai:') });
  },
};

/** Offers a LangchainAnswerModel everywhere. */
@Global()
@Module({ providers: [answerModel], exports: [LangchainAnswerModel] })
export class LangchainModule extends ConfigurableModuleClass {}
