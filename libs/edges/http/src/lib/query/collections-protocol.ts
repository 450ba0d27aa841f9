import { Collections, Documents, Evaluation, Spaces } from '@cortex/query';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { collection, collectionRemoved, collectionRequest, collections, evaluation, evaluationRequest, spaceBegun, spaceRequest, type CollectionRequest, type SpaceBegun } from './collections-schemas';
import { DocumentOrders } from './document-orders';
import { collectionView, spaceView } from './query-views';

const unknown = { params: { collection: 'none', space: 'none' }, status: 404 };
const judged = { queries: [{ id: 'q1', text: 'Who wrote the first program?' }], judgements: { q1: { 'notes.txt': 1 } } };

/** Collections of documents, the models that they are searched by, and how well. A key sees those of its tenant. */
@Injectable()
export class CollectionsProtocol extends Protocol {
  readonly name = 'Collections';

  constructor(private readonly collections: Collections, private readonly documents: Documents, private readonly orders: DocumentOrders, private readonly spaces: Spaces, private readonly evaluation: Evaluation) {
    super();
  }

  routes(): readonly Route[] {
    const [url, one] = ['/v1/collections', '/v1/collections/:collection'];
    return [
      route<CollectionRequest>({
        method: 'POST', url, scope: 'manage', summary: 'Makes a collection', body: collectionRequest, response: collection,
        example: { body: { name: 'handbook', schema: { year: 'number' } } }, handle: (call) => this.#create(call),
      }),
      route({ method: 'GET', url, scope: 'infer', summary: 'Collections, by name', response: collections, example: {}, handle: (call) => this.#list(call) }),
      route({ method: 'GET', url: one, scope: 'infer', summary: 'A collection with how many documents it has', response: collection, example: unknown, handle: (call) => this.#show(call) }),
      route({ method: 'DELETE', url: one, scope: 'manage', summary: 'Removes a collection with all that is in it', response: collectionRemoved, example: unknown, handle: (call) => this.#remove(call) }),
      route<z.output<typeof evaluationRequest>>({
        method: 'POST', url: `${one}/evaluate`, scope: 'infer', summary: 'Measures retrieval on judged queries, as BEIR does', body: evaluationRequest, response: evaluation,
        example: { ...unknown, body: judged }, handle: async (call) => this.evaluation.run(await this.orders.collectionOf(call), call.body, call.context),
      }),
      ...this.#spaceRoutes(`${one}/spaces`),
    ];
  }

  #spaceRoutes(url: string): readonly Route[] {
    return [
      route<z.output<typeof spaceRequest>>({
        method: 'POST', url, scope: 'manage', summary: 'Begins to embed by another model, which serves once it is as good', body: spaceRequest, response: spaceBegun,
        example: { ...unknown, body: { model: 'cortex-embed-small' } }, handle: (call) => this.#begin(call), location: ({ job }: SpaceBegun) => `/v1/jobs/${job.id}`,
      }),
      route({ method: 'POST', url: `${url}/:space/serve`, scope: 'manage', summary: 'Lets a filled space serve, at once', response: collection, example: unknown, handle: (call) => this.#serve(call) }),
      route({ method: 'DELETE', url: `${url}/:space`, scope: 'manage', summary: 'Removes a space that does not serve', response: collection, example: unknown, handle: (call) => this.#drop(call) }),
    ];
  }

  async #create({ body: { name, ...order }, principal: { tenant }, context }: Call<CollectionRequest>): Promise<Answer> {
    return collectionView(await this.collections.create({ tenant, collection: name }, order, context));
  }

  async #list({ principal: { tenant } }: Call): Promise<Answer> {
    return { collections: (await this.collections.list(tenant)).map((record) => collectionView(record)) };
  }

  async #show(call: Call): Promise<Answer> {
    const record = await this.orders.collectionOf(call);
    return collectionView(record, await this.documents.count(record));
  }

  async #remove({ params: { collection: name = '' }, principal: { tenant } }: Call): Promise<Answer> {
    await this.collections.remove({ tenant, collection: name });
    return { name, state: 'removed' };
  }

  async #begin(call: Call<z.output<typeof spaceRequest>>): Promise<SpaceBegun> {
    const { space, job } = await this.spaces.begin(await this.orders.collectionOf(call), call.body.model, call.context);
    return { space: spaceView(space), job: { id: job.id } };
  }

  async #serve(call: Call): Promise<Answer> {
    return collectionView(await this.spaces.serve(await this.orders.collectionOf(call), call.params['space'] ?? ''));
  }

  async #drop(call: Call): Promise<Answer> {
    return collectionView(await this.spaces.drop(await this.orders.collectionOf(call), call.params['space'] ?? ''));
  }
}
