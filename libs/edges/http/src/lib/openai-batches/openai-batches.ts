import { BatchInference, Files, type InputRow } from '@cortex/batch-inference';
import { JobNotFoundError, Jobs, type JobRecord } from '@cortex/jobs';
import { quote } from '@cortex/kernel';
import { TextModels } from '@cortex/text-models';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InvalidRequestError } from '../http.errors';
import type { Call } from '../route';
import { RowLimit } from '../row-limit';
import { BatchEmbeddings } from './batch-embeddings';
import { jobIdOf } from './batch-ids';
import { BatchLines } from './batch-lines';
import type { BatchNotes } from './batch-view';
import type { BatchRequest } from './batches-schemas';

/** The jobs that are OpenAI's batches. */
export const OPENAI_BATCH = 'openai-batch';

/** Lines that are looked at for one that names the model. */
const MOST_LOOKED_AT = 100;
const LONGEST_LINE = 4 * 2 ** 20;

/** OpenAI's batches as jobs: begun, found, listed. */
@Injectable()
export class OpenAiBatches implements OnModuleInit {
  readonly #lines = new BatchLines();
  readonly #embeddings: BatchEmbeddings;

  constructor(private readonly batch: BatchInference, private readonly jobs: Jobs, private readonly files: Files, models: TextModels, limit: RowLimit) {
    this.#embeddings = new BatchEmbeddings(models, limit);
  }

  /** Before jobs begin to run. */
  onModuleInit(): void {
    this.batch.extend({ kind: OPENAI_BATCH, tasks: [this.#embeddings], formats: [this.#lines] });
  }

  /** @throws InvalidRequestError, FileNotFoundError, and what batch inference throws of the model */
  async create({ body, principal }: Call<BatchRequest>): Promise<JobRecord> {
    const { input_file_id: fileId, endpoint, completion_window: window, metadata } = body;
    const file = await this.files.get(fileId, principal.tenant);
    if (file.purpose !== 'batch') throw new InvalidRequestError('input_file_id', `input_file_id: expected a file whose purpose is batch, got ${quote(file.purpose)}`);
    const model = await this.#modelIn(this.files.read(file));
    const notes: BatchNotes = { input_file_id: fileId, endpoint, completion_window: window, metadata: metadata ?? null };
    const format = this.#lines.name;
    const order = { task: this.#embeddings.form.name, model, input: { format, fileId }, output: { format, errors: 'separate' as const }, parameters: { model }, notes };
    return this.batch.submit(order, principal, OPENAI_BATCH);
  }

  /** @throws JobNotFoundError, also for another tenant's */
  async get(id: string, tenant: string): Promise<JobRecord> {
    const jobId = jobIdOf(id);
    if (jobId === undefined) throw new JobNotFoundError(id);
    return this.ofJob(jobId, tenant);
  }

  /** The same by the job's own id. @throws JobNotFoundError */
  async ofJob(jobId: string, tenant: string): Promise<JobRecord> {
    const job = await this.jobs.get(jobId, tenant);
    if (job.kind !== OPENAI_BATCH) throw new JobNotFoundError(jobId);
    return job;
  }

  /** The newest first. */
  async list(tenant: string, { after, limit }: { readonly after?: JobRecord; readonly limit: number }): Promise<readonly JobRecord[]> {
    return this.jobs.list({ tenant, kind: OPENAI_BATCH, limit, ...(after && { after }) });
  }

  /** What the first request that can be read calls the model: all others must call it the same. */
  async #modelIn(chunks: AsyncIterable<Uint8Array>): Promise<string> {
    let looked = 0;
    for await (const { rows } of this.#lines.read(() => chunks, { rows: 1, bytes: LONGEST_LINE, fields: ['body'] })) {
      const model = modelOf(rows[0]!);
      if (model !== undefined) return model;
      looked += 1;
      if (looked === MOST_LOOKED_AT) break;
    }
    throw new InvalidRequestError('input_file_id', `input_file_id: expected a request a line, such as {"custom_id":"1","method":"POST","url":"/v1/embeddings","body":{"model":"…","input":"…"}}; none of the first ${looked} is one`);
  }
}

function modelOf(row: InputRow): string | undefined {
  const body = 'fields' in row ? row.fields['body'] : undefined;
  if (typeof body !== 'object' || body === null || !('model' in body)) return undefined;
  return typeof body.model === 'string' && body.model !== '' ? body.model : undefined;
}
