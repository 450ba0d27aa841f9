import { HAYSTACK_ANSWER_MODELS, HaystackModule } from '@cortex/haystack';
import { LangchainAnswerModel, LangchainModule } from '@cortex/langchain/server';
import { HealthBoard } from '@cortex/monitoring';
import { AnswerModels, type AnswerModel } from '@cortex/query';
import { Global, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import type { Configuration } from './configuration';

/** The first one writes, unless a question names another. */
const answerModels: FactoryProvider<AnswerModels> = {
  provide: AnswerModels,
  inject: [{ token: LangchainAnswerModel, optional: true }, { token: HAYSTACK_ANSWER_MODELS, optional: true }],
  useFactory: (langchain?: LangchainAnswerModel, haystack: readonly AnswerModel[] = []) => new AnswerModels([...(langchain ? [langchain] : []), ...haystack]),
};

/** Who writes answers besides Cortex itself: each where it is configured. */
@Global()
@Module({})
export class AnswersModule {
  static forRoot({ langchain, haystack }: Pick<Configuration, 'langchain' | 'haystack'>): DynamicModule {
    const watched = <T extends object>(name: string, options: T) => ({ inject: [HealthBoard], useFactory: (board: HealthBoard) => ({ ...options, health: board.dependency(name) }) });
    return {
      module: AnswersModule,
      imports: [
        ...(langchain ? [LangchainModule.forRootAsync(watched('langchain', langchain))] : []),
        ...(haystack ? [HaystackModule.forRootAsync(watched('haystack', haystack))] : []),
      ],
      providers: [answerModels],
      exports: [AnswerModels],
    };
  }
}
