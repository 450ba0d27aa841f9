import { Documents } from '@cortex/query';
import { Injectable } from '@nestjs/common';
import { JSON_LINES_TYPE } from '../json-lines';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { DocumentOrders } from './document-orders';
import { document, documentQuery, documentRemoved, documents, documentsAccepted, documentsQuery, documentsRequest, type DocumentQuery, type DocumentsAccepted, type DocumentsQuery, type DocumentsRequest } from './documents-schemas';
import { acceptedView, documentView } from './query-views';

const unknown = { params: { collection: 'none', id: 'notes.txt' }, status: 404 };
const notes = { documents: [{ id: 'notes.txt', text: 'Ada Lovelace wrote the first program.', metadata: { year: 1843 } }] };
const location = ({ job, collection }: DocumentsAccepted) => (job ? `/v1/jobs/${job.id}` : `/v1/collections/${collection}/documents`);

/** The documents of a collection: a job makes them findable, and of one that is replaced the one before is found until then. */
@Injectable()
export class DocumentsProtocol extends Protocol {
  readonly name = 'Documents';

  constructor(private readonly documents: Documents, private readonly orders: DocumentOrders) {
    super();
  }

  routes(): readonly Route[] {
    const url = '/v1/collections/:collection/documents';
    const one = `${url}/:id`;
    return [
      route<DocumentsRequest>({
        method: 'POST', url, scope: 'infer', summary: `Adds documents, or replaces them: up to 1,000 as JSON, 10,000 as ${JSON_LINES_TYPE}`, body: documentsRequest, response: documentsAccepted,
        readsBytes: true, streamsBody: true, consumes: [JSON_LINES_TYPE], example: { ...unknown, body: notes }, location, handle: (call) => this.#add(call),
      }),
      route<undefined, DocumentsQuery>({ method: 'GET', url, scope: 'infer', summary: 'Documents, by id', query: documentsQuery, response: documents, example: unknown, handle: (call) => this.#list(call) }),
      route<undefined, DocumentQuery>({
        method: 'PUT', url: one, scope: 'infer', summary: 'Adds or replaces a document: the body as it is, of its content type; without one by its bytes and name', query: documentQuery, response: documentsAccepted,
        streamsBody: true, example: unknown, location, handle: (call) => this.#put(call),
      }),
      route({ method: 'GET', url: one, scope: 'infer', summary: 'How a document gets on', response: document, example: unknown, handle: (call) => this.#show(call) }),
      route({ method: 'POST', url: `${one}/retry`, scope: 'infer', summary: 'Has a document indexed again', response: documentsAccepted, example: unknown, location, handle: (call) => this.#retry(call) }),
      route({ method: 'DELETE', url: one, scope: 'infer', summary: 'Removes a document with its passages', response: documentRemoved, example: unknown, handle: (call) => this.#remove(call) }),
    ];
  }

  async #add(call: Call<DocumentsRequest>): Promise<Answer> {
    const collection = await this.orders.collectionOf(call);
    return acceptedView(collection, await this.orders.add(collection, call));
  }

  async #put(call: Call<undefined, DocumentQuery>): Promise<Answer> {
    const collection = await this.orders.collectionOf(call);
    return acceptedView(collection, await this.orders.put(collection, call));
  }

  async #list(call: Call<undefined, DocumentsQuery>): Promise<Answer> {
    const page = await this.documents.list(await this.orders.collectionOf(call), call.query);
    return { documents: page.map(documentView) };
  }

  async #show(call: Call): Promise<Answer> {
    return documentView(await this.documents.get(await this.orders.collectionOf(call), idOf(call)));
  }

  async #retry(call: Call): Promise<Answer> {
    const collection = await this.orders.collectionOf(call);
    return acceptedView(collection, await this.documents.retry(collection, idOf(call), call.context));
  }

  async #remove(call: Call): Promise<Answer> {
    await this.documents.remove(await this.orders.collectionOf(call), idOf(call));
    return { id: idOf(call), state: 'removed' };
  }
}

function idOf({ params: { id = '' } }: Call): string {
  return id;
}
