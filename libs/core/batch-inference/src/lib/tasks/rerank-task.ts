import type { RequestContext } from '@cortex/kernel';
import type { TextModels } from '@cortex/text-models';
import { z } from 'zod';
import { BadRowError, blamingRows } from './row-faults';
import { RowTask, type Answers, type Asked } from './row-task.port';
import { textIn, textsIn } from './texts-in';

const parameters = z.strictObject({
  /** false: a query and a document that are together longer than the model takes make a row with an error. */
  truncate: z.boolean().default(false),
});

/** More would make one row a job of its own. */
const MOST_DOCUMENTS = 1_000;

interface Question {
  readonly query: string;
  readonly documents: readonly string[];
}

/** How relevant each of a row's `documents` is to its `query`, 0 to 1, in their order. */
export class RerankTask extends RowTask<Question> {
  readonly form = { name: 'rerank', models: ['rerank', 'embed'], fields: ['query', 'documents'], parameters, rowsAtOnce: 1 } as const;

  constructor(private readonly models: Pick<TextModels, 'rerank'>) {
    super();
  }

  read(fields: Readonly<Record<string, unknown>>): Question {
    const documents = textsIn(fields, 'documents');
    if (documents.length > MOST_DOCUMENTS) throw new BadRowError(`documents: expected at most ${MOST_DOCUMENTS}, got ${documents.length}`);
    return { query: textIn(fields, 'query'), documents };
  }

  async columns(asked: Asked, context: RequestContext) {
    const { model } = await this.answer([{ query: 'text', documents: ['text'] }], asked, context);
    return { model, columns: [{ name: 'scores', type: 'numbers' } as const] };
  }

  async answer([question]: readonly Question[], { model, parameters: given }: Asked, context: RequestContext): Promise<Answers> {
    const request = { model, ...question!, ...(given as z.output<typeof parameters>) };
    const answer = await blamingRows(() => 0, () => this.models.rerank(request, context));
    return { model: answer.model, rows: [[Float32Array.from(answer.scores, ({ score }) => score)]] };
  }
}
