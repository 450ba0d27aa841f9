import { internalContext } from '@cortex/kernel';
import type { TextModels } from '@cortex/text-models';
import { Embeddings, type EmbeddingsParams } from '@langchain/core/embeddings';

export interface CortexEmbeddingsFields extends EmbeddingsParams {
  readonly models: Pick<TextModels, 'embed'>;
  /** Default the server's own. */
  readonly model?: string;
  readonly tenant?: string;
}

/** Cortex's embedding models for LangChain. Cortex makes the batches: texts are handed over as they come. */
export class CortexEmbeddings extends Embeddings {
  constructor(private readonly fields: CortexEmbeddingsFields) {
    super(fields);
  }

  /** One vector a text, of length 1. @throws what TextModels throws */
  async embedDocuments(texts: string[]): Promise<number[][]> {
    if (texts.length === 0) return [];
    const { models, model, tenant } = this.fields;
    const { vectors } = await models.embed({ ...(model !== undefined && { model }), texts, truncate: true, normalize: true }, internalContext(tenant === undefined ? {} : { tenant }));
    return vectors.map((vector) => Array.from(vector));
  }

  async embedQuery(text: string): Promise<number[]> {
    return (await this.embedDocuments([text]))[0]!;
  }
}
