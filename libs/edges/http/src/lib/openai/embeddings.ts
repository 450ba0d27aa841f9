import { floatBase64, floatList } from '@cortex/inference';
import type { TextTable } from '@cortex/arrow';
import { TextModels, type EmbedResult, type TextInput } from '@cortex/text-models';
import { Injectable } from '@nestjs/common';
import { arrowEmbeddings, wantsArrow } from '../arrow/arrow-content';
import { ArrowRows } from '../arrow/arrow-rows';
import { Content, JSON_TYPE, truncationHeader } from '../content';
import { InvalidRequestError } from '../http.errors';
import { readAs } from '../reading';
import type { Call } from '../route';
import { RowLimit } from '../row-limit';
import { readTexts } from '../text-inputs';
import { embeddingsRequest, type EmbeddingsQuery, type EmbeddingsRequest } from './openai-schemas';

/** The original's own limit; above it the original answers 400. */
const MOST_INPUTS = 2_048;

type EmbeddingsBody = EmbeddingsRequest & Pick<TextTable, 'ids'>;

/** POST /v1/embeddings. */
@Injectable()
export class Embeddings {
  constructor(private readonly models: TextModels, private readonly limit: RowLimit, private readonly rows: ArrowRows) {}

  /** A body in Arrow as one in JSON, with its ids. */
  readRows(bytes: Uint8Array, query: EmbeddingsQuery): EmbeddingsBody {
    const { texts, ids } = this.rows.texts(bytes, query);
    return { ...readAs(embeddingsRequest, { model: query.model, dimensions: query.dimensions, input: texts }), ids };
  }

  async create({ body, context, headers }: Call<EmbeddingsBody>): Promise<Content> {
    const texts = this.#textsOf(body);
    const result = await this.models.embed({ model: body.model, texts, truncate: false, dimensions: body.dimensions }, context);
    if (wantsArrow(headers)) return arrowEmbeddings(result, body.ids);
    return new Content(write(result, body.encoding_format), JSON_TYPE, truncationHeader(result.truncated));
  }

  #textsOf({ input }: EmbeddingsRequest): readonly TextInput[] {
    if (Array.isArray(input) && input.length > MOST_INPUTS && typeof input[0] !== 'number') {
      throw new InvalidRequestError('input', `input: expected at most ${MOST_INPUTS} items, got ${input.length}`);
    }
    const texts = readTexts(input, 'input', this.limit);
    const empty = texts.indexOf('');
    if (empty >= 0) throw new InvalidRequestError('input', `input${typeof input === 'string' ? '' : `[${empty}]`}: an empty string cannot be embedded here`);
    return texts;
  }
}

/** By hand: JSON.stringify would look at every character of the vectors again. */
function write({ vectors, model, tokens }: EmbedResult, format: EmbeddingsRequest['encoding_format']): string {
  const embedding = format === 'base64' ? (vector: Float32Array) => `"${floatBase64(vector)}"` : floatList;
  let data = '';
  vectors.forEach((vector, index) => {
    data += `${index > 0 ? ',' : ''}{"object":"embedding","index":${index},"embedding":${embedding(vector)}}`;
  });
  return `{"object":"list","data":[${data}],"model":${JSON.stringify(model.name)},"usage":{"prompt_tokens":${tokens},"total_tokens":${tokens}}}`;
}
