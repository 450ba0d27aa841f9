import { Pulls, Uploads } from '@cortex/model-registry';
import type { PullProgress, PullRequest, UploadProgress } from '@cortex/model-registry';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { EVENT_STREAM_TYPE, EventStream } from '../event-stream';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { progressEvents } from './progress-events';
import { pull, pullRequest, pulls, upload, uploadEnd, uploadRequest } from './transfers-schemas';
import { partOffset } from './part-offset';

const unknown = { params: { id: 'none', '*': 'model.onnx' }, status: 404 };
const pullExample = { source: { kind: 'hugging-face', model: 'sentence-transformers/all-MiniLM-L6-v2' } };
const uploadExample = { name: 'my-model', version: '1', files: { 'model.onnx': { bytes: 4_096, sha256: 'ab'.repeat(32) } } };

/** How models come in: pulled from elsewhere, or uploaded piece by piece. */
@Injectable()
export class TransfersProtocol extends Protocol {
  readonly name = 'Transfers';

  constructor(private readonly pulls: Pulls, private readonly uploads: Uploads) {
    super();
  }

  routes(): readonly Route[] {
    return [...this.#pullRoutes(), ...this.#uploadRoutes()];
  }

  #pullRoutes(): readonly Route[] {
    const url = '/v1/registry/pulls';
    return [
      route({
        method: 'POST', url, scope: 'manage', summary: 'Pulls a model; answers at once, the same request again joins or goes on', body: pullRequest, response: pull,
        example: { body: pullExample }, handle: ({ body }) => this.pulls.start(body satisfies PullRequest), location: ({ id }: PullProgress) => `${url}/${id}`,
      }),
      route({ method: 'GET', url, scope: 'manage', summary: 'Pulls, the newest first', response: pulls, example: {}, handle: async () => ({ pulls: await this.pulls.list() }) }),
      route({ method: 'GET', url: `${url}/:id`, scope: 'manage', summary: 'How a pull gets on', response: pull, example: unknown, handle: (call) => this.pulls.get(idOf(call)) }),
      route({
        method: 'GET', url: `${url}/:id/events`, scope: 'manage', summary: 'Watches a pull until it is over: events progress, then end', response: pull,
        produces: [EVENT_STREAM_TYPE], example: unknown, handle: (call) => this.#watch(idOf(call)),
      }),
      route({ method: 'DELETE', url: `${url}/:id`, scope: 'manage', summary: 'Stops a pull and removes what has come', response: pull, example: unknown, handle: (call) => this.pulls.cancel(idOf(call)) }),
    ];
  }

  #uploadRoutes(): readonly Route[] {
    const url = '/v1/registry/uploads';
    return [
      route({
        method: 'POST', url, scope: 'manage', summary: 'Begins an upload, or goes on with the same', body: uploadRequest, response: upload, example: { body: uploadExample },
        handle: ({ body }) => this.#begin(body),
      }),
      route({ method: 'GET', url: `${url}/:id`, scope: 'manage', summary: 'How much of each file is there', response: upload, example: unknown, handle: (call) => shown(this.uploads.get(idOf(call))) }),
      route({
        method: 'PUT', url: `${url}/:id/files/*`, scope: 'manage', summary: 'Sends a part of a file: content-range, or upload-offset, says where it begins', response: upload,
        streamsBody: true, example: unknown, handle: (call) => this.#append(call),
      }),
      route({ method: 'POST', url: `${url}/:id/commit`, scope: 'manage', summary: 'Verifies and installs what was uploaded', response: uploadEnd, example: unknown, handle: (call) => this.#commit(idOf(call)) }),
      route({ method: 'DELETE', url: `${url}/:id`, scope: 'manage', summary: 'Ends an upload and removes what has come', response: uploadEnd, example: unknown, handle: (call) => this.#cancel(idOf(call)) }),
    ];
  }

  async #watch(id: string): Promise<Answer> {
    await this.pulls.get(id); // refused before the stream begins
    return new EventStream((signal) => progressEvents(this.pulls.watch(id, signal)));
  }

  async #begin({ files, ...identity }: z.output<typeof uploadRequest>): Promise<Answer> {
    return shown(await this.uploads.begin({ ...identity, files: Object.entries(files).map(([path, file]) => ({ path, ...file })) }));
  }

  async #append({ params, headers, chunks, context }: Call): Promise<Answer> {
    const { id = '', '*': path = '' } = params;
    return shown(await this.uploads.append(id, { path, offset: partOffset(headers), chunks: chunks!, signal: context.signal }));
  }

  async #commit(id: string): Promise<Answer> {
    await this.uploads.commit(id);
    return { id, state: 'installed' };
  }

  async #cancel(id: string): Promise<Answer> {
    await this.uploads.cancel(id);
    return { id, state: 'cancelled' };
  }
}

function idOf({ params: { id = '' } }: Call): string {
  return id;
}

function shown({ files, ...identity }: UploadProgress): z.output<typeof upload> {
  return { ...identity, files: Object.fromEntries(files.map(({ path, ...file }) => [path, file])) };
}
