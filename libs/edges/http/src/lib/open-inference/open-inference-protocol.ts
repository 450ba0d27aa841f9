import { Inject, Injectable } from '@nestjs/common';
import { ModelRegistry } from '@cortex/model-registry';
import { Orchestrator } from '@cortex/orchestrator';
import { z } from 'zod';
import { ARROW_TYPE, BINARY_TYPE } from '../content';
import { HTTP_SETTINGS } from '../http.tokens';
import { NotReadyError } from '../http.errors';
import type { HttpSettings } from '../http.options';
import { named } from '../named';
import { ServerReadiness } from '../server-readiness.port';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { InferHandler } from './infer-handler';
import { inferQuery, inferRequest, inferResponse } from './infer-schemas';
import { EXTENSIONS, metadataOf, modelMetadata, serverMetadata } from './metadata';
import { configurationOf, modelConfiguration } from './model-configuration';
import { referenceOf } from './model-reference';
import { indexAnswer, repositoryChangeRequest, repositoryChangeResponse, repositoryIndex, repositoryIndexRequest } from './repository';
import { statisticsAnswer, statisticsResponse } from './statistics';

const liveness = named('ServerLive', z.object({ live: z.boolean() }));
const readiness = named('ServerReady', z.object({ ready: z.boolean() }));
const modelReadiness = named('ModelReady', z.object({ name: z.string(), ready: z.boolean() }));

const model = { model: 'cortex-embed-small' };
const exampleBody = { inputs: [{ name: 'text', shape: [1], datatype: 'BYTES', data: ['a first text'] }] };

/**
 * Open Inference Protocol v2 over REST, with Triton's repository, configuration, statistics and binary tensor extensions.
 * Triton's own client sets no content type, so none is asked for.
 */
@Injectable()
export class OpenInferenceProtocol extends Protocol {
  readonly name = 'Open Inference Protocol v2';

  constructor(
    private readonly registry: ModelRegistry,
    private readonly orchestrator: Orchestrator,
    private readonly inference: InferHandler,
    private readonly readiness: ServerReadiness,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {
    super();
  }

  routes(): readonly Route[] {
    return [...this.#server(), ...['/v2/models/:model', '/v2/models/:model/versions/:version'].flatMap((base) => this.#model(base)), ...this.#repository()];
  }

  #server(): readonly Route[] {
    const ready = () => {
      if (!this.readiness.isReady()) throw new NotReadyError();
      return { ready: true };
    };
    return [
      route({ method: 'GET', url: '/v2', scope: 'infer', summary: 'Server metadata', response: serverMetadata, example: {}, handle: () => ({ name: 'datapunk-cortex', version: this.settings.version, extensions: EXTENSIONS }) }),
      route({ method: 'GET', url: '/v2/health/live', scope: 'public', summary: 'Whether the server runs', response: liveness, example: {}, handle: () => ({ live: true }) }),
      route({ method: 'GET', url: '/v2/health/ready', scope: 'public', summary: 'Whether the server should be sent work', response: readiness, example: {}, handle: ready }),
      route({ method: 'GET', url: '/v2/models/stats', scope: 'infer', summary: 'Statistics of all loaded models', response: statisticsResponse, example: {}, handle: () => statisticsAnswer(this.orchestrator.statistics()) }),
    ];
  }

  #model(base: string): readonly Route[] {
    const params = base.endsWith(':version') ? { ...model, version: '1' } : model;
    return [
      route({ method: 'GET', url: base, scope: 'infer', summary: 'Metadata of a model', response: modelMetadata, example: { params }, handle: (call) => this.#metadata(call) }),
      route({ method: 'GET', url: `${base}/ready`, scope: 'infer', summary: 'Whether a model answers; loads it', response: modelReadiness, example: { params }, handle: (call) => this.#modelReady(call) }),
      route({ method: 'GET', url: `${base}/config`, scope: 'infer', summary: "Configuration of a model, as Triton's clients read it; loads it", response: modelConfiguration, example: { params }, handle: (call) => this.#configuration(call) }),
      route({ method: 'GET', url: `${base}/stats`, scope: 'infer', summary: 'Statistics of a model', response: statisticsResponse, example: { params }, handle: (call) => this.#statistics(call) }),
      route({ method: 'POST', url: `${base}/infer`, scope: 'infer', summary: 'Runs a model on tensors, or on texts', body: inferRequest, query: inferQuery, response: inferResponse, example: { params, body: exampleBody }, readsBytes: true, consumes: [BINARY_TYPE, ARROW_TYPE], produces: ['application/json', BINARY_TYPE, ARROW_TYPE], handle: (call) => this.inference.infer(call) }),
    ];
  }

  #repository(): readonly Route[] {
    return [
      route({
        method: 'POST', url: '/v2/repository/index', scope: 'infer', summary: 'All models and their states', anyContentType: true,
        body: repositoryIndexRequest, response: repositoryIndex, example: { body: { ready: false } },
        handle: ({ body }) => indexAnswer(this.orchestrator.index(), this.orchestrator.loaded(), body?.ready ?? false),
      }),
      route({
        method: 'POST', url: '/v2/repository/models/:model/load', scope: 'manage', summary: 'Loads a model, and offers it again after an unload', anyContentType: true,
        body: repositoryChangeRequest, response: repositoryChangeResponse, example: { params: model, body: {} }, handle: (call) => this.#load(call),
      }),
      route({
        method: 'POST', url: '/v2/repository/models/:model/unload', scope: 'manage', summary: 'Unloads a model until it is loaded again', anyContentType: true,
        body: repositoryChangeRequest, response: repositoryChangeResponse, example: { params: model, body: {} }, handle: (call) => this.#unload(call),
      }),
    ];
  }

  async #metadata({ params }: Call): Promise<Answer> {
    return metadataOf(await this.orchestrator.describe(referenceOf(params)), this.orchestrator.index());
  }

  async #configuration({ params }: Call): Promise<Answer> {
    return configurationOf(await this.orchestrator.describe(referenceOf(params)));
  }

  async #modelReady({ params }: Call): Promise<Answer> {
    const { name } = await this.orchestrator.describe(referenceOf(params));
    return { name, ready: true };
  }

  async #statistics({ params }: Call): Promise<Answer> {
    const { version: wanted, variant } = await this.registry.resolve(referenceOf(params));
    const anyVersion = params['version'] === undefined && !params['model']?.includes('@');
    return statisticsAnswer(this.orchestrator.statistics().filter(({ model: { name, version, variant: own } }) =>
      name === wanted.name && (anyVersion || version === wanted.version) && (variant === undefined || variant === own)));
  }

  async #load({ params }: Call): Promise<Answer> {
    const { name, version } = await this.orchestrator.load(referenceOf(params));
    return { name, version, state: 'READY' };
  }

  async #unload({ params }: Call): Promise<Answer> {
    await this.orchestrator.unload(referenceOf(params));
    return { name: params['model'], state: 'UNAVAILABLE' };
  }
}
