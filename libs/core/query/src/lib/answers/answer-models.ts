import { UnknownAnswerModelError } from '../query.errors';
import type { AnswerModel } from './answer-model.port';

/** As a question names answers put together from sentences of the documents. */
export const EXTRACTIVE = 'extractive';

/** The language models that may write answers; the first does, unless a question names another. */
export class AnswerModels {
  constructor(private readonly models: readonly AnswerModel[] = []) {}

  /** Undefined for an extractive answer. @throws UnknownAnswerModelError */
  named(by: string | undefined): AnswerModel | undefined {
    if (by === undefined) return this.models[0];
    const model = this.models.find(({ name }) => name === by);
    if (!model && by !== EXTRACTIVE) throw new UnknownAnswerModelError(by, [EXTRACTIVE, ...this.models.map(({ name }) => name)]);
    return model;
  }
}
