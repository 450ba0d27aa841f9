import type { RequestContext } from '@cortex/kernel';
import type { ClassifyInput, TextModels } from '@cortex/text-models';
import { z } from 'zod';
import { BadRowError, blamingRows } from './row-faults';
import { RowTask, type Answers, type Asked } from './row-task.port';
import { textIn, textsIn } from './texts-in';

const parameters = z.strictObject({
  /** false: a text longer than the model takes is a row with an error. */
  truncate: z.boolean().default(false),
});

/** The likeliest label of each row's `text` (or of the pair that it lists), and the probability of every one. */
export class ClassifyTask extends RowTask<ClassifyInput> {
  readonly form = { name: 'classify', models: ['classify'], fields: ['text'], parameters, rowsAtOnce: 64 } as const;

  constructor(private readonly models: Pick<TextModels, 'classify'>) {
    super();
  }

  read(fields: Readonly<Record<string, unknown>>): ClassifyInput {
    if (!Array.isArray(fields['text'])) return textIn(fields, 'text');
    const [first, second, ...more] = textsIn(fields, 'text');
    if (second === undefined || more.length > 0) throw new BadRowError(`text: expected a text or two, got a list of ${more.length + (second === undefined ? 1 : 2)}`);
    return [first!, second];
  }

  async columns(asked: Asked, context: RequestContext) {
    const { model, labels } = await this.#ask(['text'], asked, context);
    const scores = { name: 'scores', type: 'vector', width: labels.length, labels } as const;
    return { model, columns: [{ name: 'label', type: 'text' }, { name: 'score', type: 'number' }, scores] as const };
  }

  async answer(texts: readonly ClassifyInput[], asked: Asked, context: RequestContext): Promise<Answers> {
    const { model, labels, scores } = await this.#ask(texts, asked, context);
    return { model, rows: scores.map((row) => [...best(row, labels), row]) };
  }

  #ask(texts: readonly ClassifyInput[], { model, parameters: given }: Asked, context: RequestContext) {
    const request = { model, texts, ...(given as z.output<typeof parameters>) };
    return blamingRows((index) => index, () => this.models.classify(request, context));
  }
}

function best(scores: Float32Array, labels: readonly string[]): [string, number] {
  const at = scores.reduce((leader, score, index) => (score > scores[leader]! ? index : leader), 0);
  return [labels[at]!, scores[at]!];
}
