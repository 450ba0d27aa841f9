import type { TextTable } from '@cortex/arrow';
import { TextModels } from '@cortex/text-models';
import { Injectable } from '@nestjs/common';
import { arrowEmbeddings, wantsArrow } from '../arrow/arrow-content';
import { ArrowRows } from '../arrow/arrow-rows';
import { Content, JSON_TYPE, truncationHeader } from '../content';
import { readAs } from '../reading';
import type { Call } from '../route';
import { RowLimit } from '../row-limit';
import { readInputs, writeEmbeddings } from './embeddings-json';
import { embeddingsRequest, type EmbeddingsQuery, type EmbeddingsRequest } from './openai-schemas';

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
    const texts = readInputs(body, this.limit);
    const result = await this.models.embed({ model: body.model, texts, truncate: false, dimensions: body.dimensions }, context);
    if (wantsArrow(headers)) return arrowEmbeddings(result, body.ids);
    return new Content(writeEmbeddings(result, body.encoding_format), JSON_TYPE, truncationHeader(result.truncated));
  }
}
