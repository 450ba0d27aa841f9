import { ModelRegistry, type IndexEntry, type ModelVersion } from '@cortex/model-registry';
import { Orchestrator } from '@cortex/orchestrator';
import { Injectable } from '@nestjs/common';
import { ARROW_TYPE } from '../content';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { Embeddings } from './embeddings';
import { embeddingsQuery, embeddingsRequest, embeddingsResponse, openAiModel, openAiModels, type OpenAiModel } from './openai-schemas';

/** What OpenAI's clients call. */
@Injectable()
export class OpenAiProtocol extends Protocol {
  readonly name = 'OpenAI';

  constructor(private readonly registry: ModelRegistry, private readonly orchestrator: Orchestrator, private readonly embeddings: Embeddings) {
    super();
  }

  routes(): readonly Route[] {
    return [
      route({ method: 'GET', url: '/v1/models', scope: 'infer', summary: 'The models that can be asked for', response: openAiModels, example: {}, handle: () => this.#list() }),
      route({ method: 'GET', url: '/v1/models/:model', scope: 'infer', summary: 'One model', response: openAiModel, example: { params: { model: 'cortex-embed-small' } }, handle: (call) => this.#find(call) }),
      route({
        method: 'POST', url: '/v1/embeddings', scope: 'infer', summary: 'Vectors of texts',
        body: embeddingsRequest, query: embeddingsQuery, response: embeddingsResponse, consumes: [ARROW_TYPE], produces: ['application/json', ARROW_TYPE],
        example: { body: { model: 'cortex-embed-small', input: ['a first text', 'a second one'], encoding_format: 'float' } },
        arrow: (bytes, query) => this.embeddings.readRows(bytes, query), handle: (call) => this.embeddings.create(call),
      }),
    ];
  }

  #list(): Answer {
    return { object: 'list', data: this.orchestrator.index().filter(isAvailable).map(({ model }) => this.#describe(model)) };
  }

  async #find({ params: { model = '' } }: Call): Promise<Answer> {
    const { version, variant } = await this.registry.resolve(model);
    return { ...this.#describe(version, variant), id: model };
  }

  #describe({ name, version, task, origin }: ModelVersion, variant?: string): OpenAiModel {
    const loaded = this.orchestrator.loaded().find((model) => model.name === name && model.version === version && (variant === undefined || model.variant === variant));
    const now = loaded && { variant: loaded.variant, batchInvariant: loaded.batchInvariant, fidelity: loaded.fidelity };
    return { id: name, object: 'model', created: 0, owned_by: origin, version, task, ...now };
  }
}

function isAvailable(entry: IndexEntry): entry is IndexEntry & { readonly model: ModelVersion } {
  return entry.state === 'available' && entry.model !== undefined;
}
