import { floatBase64, floatList } from '@cortex/inference';
import type { EmbedResult, TextInput } from '@cortex/text-models';
import { InvalidRequestError } from '../http.errors';
import type { RowLimit } from '../row-limit';
import { readTexts } from '../text-inputs';
import type { EmbeddingsRequest } from './openai-schemas';

/** The original's own limit; above it the original answers 400. */
const MOST_INPUTS = 2_048;

/** What a request wants to have embedded. @throws InvalidRequestError, TooManyRowsError */
export function readInputs({ input }: EmbeddingsRequest, limit: RowLimit): readonly TextInput[] {
  if (Array.isArray(input) && input.length > MOST_INPUTS && typeof input[0] !== 'number') {
    throw new InvalidRequestError('input', `input: expected at most ${MOST_INPUTS} items, got ${input.length}`);
  }
  const texts = readTexts(input, 'input', limit);
  const empty = texts.indexOf('');
  if (empty >= 0) throw new InvalidRequestError('input', `input${typeof input === 'string' ? '' : `[${empty}]`}: an empty string cannot be embedded here`);
  return texts;
}

/** By hand: JSON.stringify would look at every character of the vectors again. */
export function writeEmbeddings({ vectors, model, tokens }: Pick<EmbedResult, 'vectors' | 'model' | 'tokens'>, format: EmbeddingsRequest['encoding_format']): string {
  const embedding = format === 'base64' ? (vector: Float32Array) => `"${floatBase64(vector)}"` : floatList;
  let data = '';
  vectors.forEach((vector, index) => {
    data += `${index > 0 ? ',' : ''}{"object":"embedding","index":${index},"embedding":${embedding(vector)}}`;
  });
  return `{"object":"list","data":[${data}],"model":${JSON.stringify(model.name)},"usage":{"prompt_tokens":${tokens},"total_tokens":${tokens}}}`;
}
