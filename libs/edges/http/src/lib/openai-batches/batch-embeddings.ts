import { BadRowError, blamingRows, RowFaultError, RowTask, type Answers, type Asked } from '@cortex/batch-inference';
import type { RequestContext } from '@cortex/kernel';
import type { TextInput, TextModels } from '@cortex/text-models';
import { z } from 'zod';
import { readInputs, writeEmbeddings } from '../openai/embeddings-json';
import { embeddingsRequest, type EmbeddingsRequest } from '../openai/openai-schemas';
import { readAs } from '../reading';
import type { RowLimit } from '../row-limit';

export const EMBEDDINGS_ENDPOINT = '/v1/embeddings';

/** As all requests of a batch must call the model. */
const parameters = z.strictObject({ model: z.string() });

interface EmbeddingsLine {
  readonly body: EmbeddingsRequest;
  readonly texts: readonly TextInput[];
}

/** Requests to `/v1/embeddings`, each answered as that route answers it. */
export class BatchEmbeddings extends RowTask<EmbeddingsLine> {
  readonly form = { name: 'openai-embeddings', models: ['embed'], fields: ['method', 'url', 'body'], parameters, rowsAtOnce: 32 } as const;

  constructor(private readonly models: Pick<TextModels, 'embed'>, private readonly limit: RowLimit) {
    super();
  }

  read({ method, url, body }: Readonly<Record<string, unknown>>): EmbeddingsLine {
    if (method !== 'POST') throw new BadRowError('method: expected POST');
    if (url !== EMBEDDINGS_ENDPOINT) throw new BadRowError(`url: expected ${EMBEDDINGS_ENDPOINT}, which the batch is for`);
    const request = readAs(embeddingsRequest, body);
    return { body: request, texts: readInputs(request, this.limit) };
  }

  async columns({ model: reference }: Asked, context: RequestContext) {
    const { model } = await this.models.embed({ model: reference, texts: ['text'], truncate: false }, context);
    return { model, columns: [{ name: 'body', type: 'json' }] as const };
  }

  /** Lines that want vectors of the same size are asked together. */
  async answer(lines: readonly EmbeddingsLine[], asked: Asked, context: RequestContext): Promise<Answers> {
    const { model: named } = asked.parameters as z.output<typeof parameters>;
    const other = lines.findIndex(({ body }) => body.model !== named);
    if (other >= 0) throw new RowFaultError(other, { code: 'mismatched_model', message: 'model: all requests of a batch must name the same model' });
    const sizes = [...new Set(lines.map(({ body }) => body.dimensions))];
    const groups = await Promise.all(sizes.map((dimensions) => this.#answerAlike(membersOf(lines, dimensions), { model: asked.model, dimensions }, context)));
    const rows: Answers['rows'][number][] = new Array(lines.length);
    for (const [index, body] of groups.flatMap(({ bodies }) => bodies)) rows[index] = [body];
    return { model: groups[0]!.model, rows };
  }

  async #answerAlike(members: readonly Member[], { model, dimensions }: { readonly model: string; readonly dimensions: number | undefined }, context: RequestContext) {
    const texts = members.flatMap(({ line }) => line.texts);
    const lineOf = members.flatMap(({ index, line }) => line.texts.map(() => index));
    const answer = await blamingRows((text) => lineOf[text]!, () => this.models.embed({ model, texts, truncate: false, dimensions }, context));
    let from = 0;
    const bodies = members.map(({ index, line: { body, texts: own } }) => {
      const [vectors, lengths] = [answer.vectors.slice(from, from + own.length), answer.lengths.slice(from, from + own.length)];
      from += own.length;
      const tokens = lengths.reduce((sum, length) => sum + length, 0);
      return [index, writeEmbeddings({ model: answer.model, vectors, tokens }, body.encoding_format)] as const;
    });
    return { model: answer.model, bodies };
  }
}

/** A line and its place among those that are asked. */
interface Member {
  readonly index: number;
  readonly line: EmbeddingsLine;
}

function membersOf(lines: readonly EmbeddingsLine[], dimensions: number | undefined): readonly Member[] {
  return lines.flatMap((line, index) => (line.body.dimensions === dimensions ? [{ index, line }] : []));
}
