import type { RequestContext } from '@cortex/kernel';
import type { TextModels } from '@cortex/text-models';
import { z } from 'zod';
import { blamingRows } from './row-faults';
import { RowTask, type Answers, type Asked } from './row-task.port';
import { textIn } from './texts-in';

const parameters = z.strictObject({
  /** Keep the first so many components, where the model can. */
  dimensions: z.int().positive().optional(),
  normalize: z.boolean().optional(),
  /** false: a text longer than the model takes is a row with an error. */
  truncate: z.boolean().default(false),
});

/** A vector for each row's `text`. */
export class EmbedTask extends RowTask<string> {
  readonly form = { name: 'embed', models: ['embed'], fields: ['text'], parameters, rowsAtOnce: 64 } as const;

  constructor(private readonly models: Pick<TextModels, 'embed'>) {
    super();
  }

  read(fields: Readonly<Record<string, unknown>>): string {
    return textIn(fields, 'text');
  }

  async columns(asked: Asked, context: RequestContext) {
    const { model, rows } = await this.answer(['text'], asked, context);
    const [vector] = rows[0] as [Float32Array];
    return { model, columns: [{ name: 'embedding', type: 'vector', width: vector.length } as const] };
  }

  async answer(texts: readonly string[], { model, parameters: given }: Asked, context: RequestContext): Promise<Answers> {
    const request = { model, texts, ...(given as z.output<typeof parameters>) };
    const answer = await blamingRows((index) => index, () => this.models.embed(request, context));
    return { model: answer.model, rows: answer.vectors.map((vector) => [vector]) };
  }
}
