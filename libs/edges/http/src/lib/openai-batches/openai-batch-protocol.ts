import { Readable } from 'node:stream';
import { Jobs } from '@cortex/jobs';
import { Injectable } from '@nestjs/common';
import { BINARY_TYPE, Content } from '../content';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { batchView } from './batch-view';
import { batch, batches, batchesQuery, batchRequest, file, fileContent, fileDeleted, files, filesQuery, type BatchesQuery, type FilesQuery } from './batches-schemas';
import { OpenAiBatches } from './openai-batches';
import { OpenAiFiles } from './openai-files';

const FORM_TYPE = 'multipart/form-data';
const noFile = { params: { id: 'file-none' }, status: 404 };
const noBatch = { params: { id: 'batch_none' }, status: 404 };
const batchExample = { input_file_id: 'file-none', endpoint: '/v1/embeddings', completion_window: '24h' };

/** OpenAI's files and batches: for embeddings, over batch inference. */
@Injectable()
export class OpenAiBatchProtocol extends Protocol {
  readonly name = 'OpenAI batches';

  constructor(private readonly files: OpenAiFiles, private readonly batches: OpenAiBatches, private readonly jobs: Jobs) {
    super();
  }

  routes(): readonly Route[] {
    return [...this.#fileRoutes(), ...this.#batchRoutes()];
  }

  #fileRoutes(): readonly Route[] {
    const url = '/v1/files';
    return [
      route({ method: 'POST', url, scope: 'infer', summary: 'Uploads a file: a form with file and purpose (batch)', response: file, streamsBody: true, consumes: [FORM_TYPE], example: { status: 415 }, handle: (call) => this.files.upload(call) }),
      route<undefined, FilesQuery>({ method: 'GET', url, scope: 'infer', summary: "A tenant's files", query: filesQuery, response: files, example: {}, handle: (call) => this.#listFiles(call) }),
      route({ method: 'GET', url: `${url}/:id`, scope: 'infer', summary: 'One file', response: file, example: noFile, handle: (call) => this.files.get(...askedFor(call)) }),
      // OpenAI's own client accepts application/binary alone.
      route({ method: 'GET', url: `${url}/:id/content`, scope: 'infer', summary: 'The content of a file', response: fileContent, produces: [BINARY_TYPE, 'application/binary'], example: noFile, handle: (call) => this.#content(call) }),
      route({ method: 'DELETE', url: `${url}/:id`, scope: 'infer', summary: 'Deletes a file', response: fileDeleted, example: noFile, handle: (call) => this.#remove(call) }),
    ];
  }

  #batchRoutes(): readonly Route[] {
    const url = '/v1/batches';
    return [
      route({ method: 'POST', url, scope: 'infer', summary: 'Begins a batch of requests that a file holds', body: batchRequest, response: batch, example: { body: batchExample, status: 404 }, handle: async (call) => batchView(await this.batches.create(call)) }),
      route<undefined, BatchesQuery>({ method: 'GET', url, scope: 'infer', summary: 'Batches, the newest first', query: batchesQuery, response: batches, example: {}, handle: (call) => this.#listBatches(call) }),
      route({ method: 'GET', url: `${url}/:id`, scope: 'infer', summary: 'How a batch gets on', response: batch, example: noBatch, handle: async (call) => batchView(await this.batches.get(...askedFor(call))) }),
      route({ method: 'POST', url: `${url}/:id/cancel`, scope: 'infer', summary: 'Stops a batch', response: batch, example: noBatch, handle: (call) => this.#cancel(call) }),
    ];
  }

  async #listFiles({ query, principal: { tenant } }: Call<undefined, FilesQuery>): Promise<Answer> {
    return pageOf(await this.files.list(tenant, { ...query, limit: query.limit + 1 }), query.limit);
  }

  async #content(call: Call): Promise<Answer> {
    const { bytes, chunks } = await this.files.read(...askedFor(call));
    return new Content(Readable.from(chunks, { objectMode: false }), BINARY_TYPE, { 'content-length': String(bytes) });
  }

  async #remove(call: Call): Promise<Answer> {
    const [id, tenant] = askedFor(call);
    await this.files.remove(id, tenant);
    return { id, object: 'file', deleted: true };
  }

  async #listBatches({ query: { after, limit }, principal: { tenant } }: Call<undefined, BatchesQuery>): Promise<Answer> {
    const last = after === undefined ? undefined : await this.batches.get(after, tenant);
    const found = await this.batches.list(tenant, { limit: limit + 1, ...(last && { after: last }) });
    return pageOf(found.map(batchView), limit);
  }

  async #cancel(call: Call): Promise<Answer> {
    const { id, tenant } = await this.batches.get(...askedFor(call));
    return batchView(await this.jobs.cancel(id, tenant));
  }
}

function askedFor({ params: { id = '' }, principal: { tenant } }: Call): [id: string, tenant: string] {
  return [id, tenant];
}

/** A page of a list, one more than which were looked for. */
function pageOf<T extends { readonly id: string }>(found: readonly T[], limit: number) {
  const data = found.slice(0, limit);
  return { object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: found.length > limit };
}
