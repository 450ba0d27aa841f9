import { Readable } from 'node:stream';
import { BATCH_INFERENCE, BatchInference } from '@cortex/batch-inference';
import { JobNotFoundError, Jobs, hasEnded, type JobRecord } from '@cortex/jobs';
import { Injectable } from '@nestjs/common';
import { ARROW_TYPE, Content } from '../content';
import { EVENT_STREAM_TYPE, EventStream, type StreamEvent } from '../event-stream';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { JSON_LINES_TYPE } from '../json-lines';
import { JobOrders } from './job-orders';
import { jobView } from './job-view';
import { job, jobList, jobQuery, jobRemoved, jobRequest, jobsQuery, outputQuery, rowsOut, KINDS, type JobAnswer, type JobQuery, type JobRequest, type JobsQuery, type OutputQuery } from './jobs-schemas';

const unknown = { params: { id: '00000000-0000-4000-8000-000000000000' }, status: 404 };
const orderExample = { model: 'cortex-embed-small', input: { objectKey: 'texts/none.jsonl', format: 'jsonl' }, output: { format: 'jsonl' } };

/** Batch jobs, rows of a file answered by a model, each exactly once; and jobs behind collections. A key sees the jobs of its tenant. */
@Injectable()
export class JobsProtocol extends Protocol {
  readonly name = 'Jobs';

  constructor(private readonly jobs: Jobs, private readonly batch: BatchInference, private readonly orders: JobOrders) {
    super();
  }

  routes(): readonly Route[] {
    const one = '/v1/jobs/:id';
    return [
      route<JobRequest, JobQuery>({
        method: 'POST', url: '/v1/jobs', scope: 'infer', body: jobRequest, query: jobQuery, response: job, readsBytes: true, streamsBody: true, consumes: [JSON_LINES_TYPE, ARROW_TYPE],
        summary: `Begins a job: JSON that names its input, or the input itself as ${JSON_LINES_TYPE} or ${ARROW_TYPE}, with the rest in the query`,
        example: { body: orderExample, status: 404 }, handle: async (call) => jobView(await this.orders.submit(call)), location: ({ id }: JobAnswer) => `/v1/jobs/${id}`,
      }),
      route<undefined, JobsQuery>({ method: 'GET', url: '/v1/jobs', scope: 'infer', summary: 'Jobs, the newest first', query: jobsQuery, response: jobList, example: {}, handle: (call) => this.#list(call) }),
      route({ method: 'GET', url: one, scope: 'infer', summary: 'How a job gets on', response: job, example: unknown, handle: async (call) => jobView(await this.#find(call)) }),
      route({
        method: 'GET', url: `${one}/events`, scope: 'infer', summary: 'Watches a job until it has ended: events progress, then end', response: job,
        produces: [EVENT_STREAM_TYPE], example: unknown, handle: (call) => this.#watch(call),
      }),
      route<undefined, OutputQuery>({
        method: 'GET', url: `${one}/output`, scope: 'infer', summary: 'The answers of a job that has succeeded', query: outputQuery, response: rowsOut,
        produces: [JSON_LINES_TYPE, ARROW_TYPE], example: unknown, handle: (call) => this.#output(call),
      }),
      route({ method: 'POST', url: `${one}/cancel`, scope: 'infer', summary: 'Stops a job within a second or so', response: job, example: unknown, handle: async (call) => this.#cancel(call) }),
      route({ method: 'POST', url: `${one}/retry`, scope: 'infer', summary: 'Goes on with a failed or cancelled job where it stopped', response: job, example: unknown, handle: async (call) => this.#retry(call) }),
      route({ method: 'DELETE', url: one, scope: 'infer', summary: 'Removes a job that has ended with all it made', response: jobRemoved, example: unknown, handle: (call) => this.#remove(call) }),
    ];
  }

  async #list({ query: { state, kind, limit, after }, principal: { tenant } }: Call<undefined, JobsQuery>): Promise<Answer> {
    const last = after === undefined ? undefined : await this.jobs.get(after, tenant);
    const page = await this.jobs.list({ tenant, kind, limit, ...(state && { states: [state] }), ...(last && { after: last }) });
    return { jobs: page.map(jobView) };
  }

  async #watch(call: Call): Promise<Answer> {
    const { id, tenant } = await this.#find(call); // refused before the stream begins
    return new EventStream((signal) => events(this.jobs.watch(id, tenant, signal)));
  }

  async #output(call: Call<undefined, OutputQuery>): Promise<Answer> {
    const found = await this.#find(call);
    if (found.kind !== BATCH_INFERENCE) throw new JobNotFoundError(found.id);
    const { contentType, bytes, chunks } = await this.batch.output(found, call.query.file);
    return new Content(Readable.from(chunks, { objectMode: false }), contentType, { 'content-length': String(bytes) });
  }

  async #cancel(call: Call): Promise<Answer> {
    const { id, tenant } = await this.#find(call);
    return jobView(await this.jobs.cancel(id, tenant));
  }

  async #retry(call: Call): Promise<Answer> {
    const { id, tenant } = await this.#find(call);
    return jobView(await this.jobs.retry(id, tenant));
  }

  async #remove(call: Call): Promise<Answer> {
    const { id, tenant } = await this.#find(call);
    await this.jobs.remove(id, tenant);
    return { id, state: 'removed' };
  }

  /** Jobs of other kinds have routes of their own. */
  async #find({ params: { id = '' }, principal: { tenant } }: Call<unknown, unknown>): Promise<JobRecord> {
    const found = await this.jobs.get(id, tenant);
    if (!isShown(found)) throw new JobNotFoundError(id);
    return found;
  }
}

function isShown({ kind }: JobRecord): boolean {
  return (KINDS as readonly string[]).includes(kind);
}

async function* events(jobs: AsyncIterable<JobRecord>): AsyncGenerator<StreamEvent> {
  for await (const one of jobs) yield { event: hasEnded(one) ? 'end' : 'progress', data: jobView(one) };
}
