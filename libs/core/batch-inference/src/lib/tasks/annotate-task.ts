import type { RequestContext } from '@cortex/kernel';
import type { TextModels } from '@cortex/text-models';
import { z } from 'zod';
import { RowTask, type Answers, type Asked } from './row-task.port';
import { textIn } from './texts-in';

const parameters = z.strictObject({
  /** Of the model's; default all. */
  heads: z.array(z.string().min(1).max(128)).min(1).max(100).optional(),
});

const COLUMNS = [{ name: 'spans', type: 'json' }, { name: 'scores', type: 'json' }, { name: 'windows', type: 'number' }] as const;

/** The labelled spans of each row's `text` and its labels as a whole, by head. A text of any length is read to its end. */
export class AnnotateTask extends RowTask<string> {
  readonly form = { name: 'token-classify', models: ['token-classify'], fields: ['text'], parameters, rowsAtOnce: 64 } as const;

  constructor(private readonly models: Pick<TextModels, 'annotate'>) {
    super();
  }

  read(fields: Readonly<Record<string, unknown>>): string {
    return textIn(fields, 'text');
  }

  async columns(asked: Asked, context: RequestContext) {
    const { model } = await this.#ask(['text'], asked, context);
    return { model, columns: COLUMNS };
  }

  async answer(texts: readonly string[], asked: Asked, context: RequestContext): Promise<Answers> {
    const { model, texts: annotations } = await this.#ask(texts, asked, context);
    return { model, rows: annotations.map(({ spans, scores, windows }) => [JSON.stringify(spans), JSON.stringify(scores), windows]) };
  }

  #ask(texts: readonly string[], { model, parameters: given }: Asked, context: RequestContext) {
    return this.models.annotate({ model, texts, ...(given as z.output<typeof parameters>) }, context);
  }
}
