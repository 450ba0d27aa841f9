import { floatList } from '@cortex/inference';
import type { TextTable } from '@cortex/arrow';
import { ModelRegistry } from '@cortex/model-registry';
import { TextModels } from '@cortex/text-models';
import { Inject, Injectable } from '@nestjs/common';
import { arrowEmbeddings, wantsArrow } from '../arrow/arrow-content';
import { ArrowRows } from '../arrow/arrow-rows';
import { Content, JSON_TYPE, truncationHeader } from '../content';
import { InvalidRequestError } from '../http.errors';
import type { HttpSettings } from '../http.options';
import { HTTP_SETTINGS } from '../http.tokens';
import { describe, readAs } from '../reading';
import type { Answer, Call } from '../route';
import { RowLimit } from '../row-limit';
import { readTexts } from '../text-inputs';
import { readPredictInputs } from './predict-inputs';
import { infoOf, predictionsOf, ranksOf, tokensOf } from './tei-answers';
import { embedRequest, type DecodeRequest, type EmbedQuery, type EmbedRequest, type ModelQuery, type PredictRequest, type TeiRerankRequest, type TokenizeRequest } from './tei-schemas';

type EmbedBody = EmbedRequest & Pick<TextTable, 'ids'>;

/** The operations of text-embeddings-inference, each from its own words to TextModels' and back. */
@Injectable()
export class TeiCalls {
  constructor(
    private readonly models: TextModels,
    private readonly registry: ModelRegistry,
    private readonly limit: RowLimit,
    private readonly rows: ArrowRows,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {}

  /** A body in Arrow as one in JSON, with its ids. */
  readRows(bytes: Uint8Array, query: EmbedQuery): EmbedBody {
    const { texts, ids } = this.rows.texts(bytes, query);
    const { truncate, normalize, dimensions } = query;
    return { ...readAs(embedRequest, { inputs: texts, truncate, normalize, dimensions }), ids };
  }

  async embed({ body, query, context, headers }: Call<EmbedBody, ModelQuery>): Promise<Content> {
    const texts = readTexts(body.inputs, 'inputs', this.limit);
    const { truncate, normalize, dimensions } = body;
    const result = await this.models.embed({ model: modelOf(body, query), texts, truncate: truncate ?? false, normalize, dimensions: dimensions ?? undefined }, context);
    if (wantsArrow(headers)) return arrowEmbeddings(result, body.ids);
    return new Content(`[${result.vectors.map(floatList).join(',')}]`, JSON_TYPE, truncationHeader(result.truncated));
  }

  async rerank({ body, query, context }: Call<TeiRerankRequest, ModelQuery>): Promise<Answer> {
    this.limit.check('texts', body.texts.length);
    const result = await this.models.rerank({ model: modelOf(body, query), query: body.query, documents: body.texts, truncate: body.truncate ?? false }, context);
    const ranks = ranksOf(result, { raw: body.raw_scores, texts: body.return_text ? body.texts : undefined });
    return json(ranks, { ...truncationHeader(result.truncated), 'x-cortex-scoring': result.scoring });
  }

  async predict({ body, query, context }: Call<PredictRequest, ModelQuery>): Promise<Answer> {
    const { sequences, single } = readPredictInputs(body.inputs);
    this.limit.check('inputs', sequences.length);
    const result = await this.models.classify({ model: modelOf(body, query), texts: sequences, truncate: body.truncate ?? false }, context);
    const predictions = sequences.map((_, index) => predictionsOf(result, index, body.raw_scores));
    return json(single ? predictions[0] : predictions, truncationHeader(result.truncated));
  }

  async tokenize({ body, query }: Call<TokenizeRequest, ModelQuery>): Promise<Answer> {
    const texts = readTexts(body.inputs, 'inputs', this.limit).map(requireText);
    const tokens = await this.models.tokenize({ model: modelOf(body, query), texts, addSpecialTokens: body.add_special_tokens });
    return tokens.map((row, index) => tokensOf(texts[index]!, row));
  }

  async decode({ body, query }: Call<DecodeRequest, ModelQuery>): Promise<Answer> {
    const ids = isNested(body.ids) ? body.ids : [body.ids];
    this.limit.check('ids', ids.length);
    return this.models.decode({ model: modelOf(body, query), ids, skipSpecialTokens: body.skip_special_tokens });
  }

  async info({ query }: Call<undefined, ModelQuery>): Promise<Answer> {
    const { version } = await this.registry.resolve(query.model ?? this.registry.defaultFor('embed'));
    return infoOf(version, { rows: this.limit.rows, version: this.settings.version });
  }
}

/** The body's word counts before the query's; undefined is the task's default. */
function modelOf(body: ModelQuery, query: ModelQuery): string | undefined {
  return body.model ?? query.model;
}

function isNested(ids: readonly number[] | readonly (readonly number[])[]): ids is readonly (readonly number[])[] {
  return ids.length === 0 || Array.isArray(ids[0]);
}

function requireText(text: string | readonly number[], index: number): string {
  if (typeof text === 'string') return text;
  throw new InvalidRequestError(`inputs[${index}]`, `inputs[${index}]: expected string, got ${describe(text)}`);
}

function json(value: unknown, headers: Readonly<Record<string, string>> | undefined): Content {
  return new Content(JSON.stringify(value), JSON_TYPE, headers);
}
