import { floatBase64, floatList } from '@cortex/inference';
import { TextModels, type EmbedResult, type TextInput } from '@cortex/text-models';
import { Injectable } from '@nestjs/common';
import { Content, JSON_TYPE, truncationHeader } from '../content';
import { InvalidRequestError } from '../http.errors';
import type { Call } from '../route';
import { RowLimit } from '../row-limit';
import { readTexts } from '../text-inputs';
import type { EmbeddingsRequest } from './openai-schemas';

/** The original's own limit; above it the original answers 400. */
const MOST_INPUTS = 2_048;

/** POST /v1/embeddings. */
@Injectable()
export class Embeddings {
  constructor(private readonly models: TextModels, private readonly limit: RowLimit) {}

  async create({ body, context }: Call<EmbeddingsRequest>): Promise<Content> {
    const texts = this.#textsOf(body);
    const result = await this.models.embed({ model: body.model, texts, truncate: false, dimensions: body.dimensions }, context);
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
