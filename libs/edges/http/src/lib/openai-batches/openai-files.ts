import { BatchInference, FileNotFoundError, Files, NoSuchOutputError, resultOf, type Series, type StoredFile } from '@cortex/batch-inference';
import { JobNotFoundError, type JobRecord } from '@cortex/jobs';
import { quote } from '@cortex/kernel';
import { Injectable } from '@nestjs/common';
import { readFormFile } from '../form-file';
import { InvalidRequestError } from '../http.errors';
import type { Call } from '../route';
import { outputFileId, outputOf } from './batch-ids';
import type { FileAnswer, FilesQuery } from './batches-schemas';
import { OpenAiBatches } from './openai-batches';

const PURPOSES = ['batch', 'user_data'];
const BATCH_OUTPUT = 'batch_output';
const ALL_SERIES: readonly Series[] = ['output', 'errors'];
/** A page of jobs. */
const MOST_BATCHES = 1_000;

/** Files as OpenAI's clients see them: those uploaded, and those that batches have made. */
@Injectable()
export class OpenAiFiles {
  constructor(private readonly files: Files, private readonly batch: BatchInference, private readonly batches: OpenAiBatches) {}

  /** @throws InvalidRequestError, MalformedBodyError, FileTooLargeError, TooManyFilesError */
  async upload({ chunks, headers, principal, context: { signal } }: Call): Promise<FileAnswer> {
    const { filename, fields, chunks: bytes } = await readFormFile('file', chunks!, headers);
    const describe = async () => ({ filename: filename || 'file', purpose: purposeIn(await fields()) });
    return fileView(await this.files.add({ tenant: principal.tenant, chunks: bytes, describe, signal }));
  }

  /** @throws FileNotFoundError, also for another tenant's */
  async get(id: string, tenant: string): Promise<FileAnswer> {
    const made = outputOf(id);
    if (made === undefined) return fileView(await this.files.get(id, tenant));
    const job = await this.#jobOf(id, tenant);
    const { bytes } = await this.batch.output(job, made.series);
    return outputView(job, made.series, bytes);
  }

  /** @throws FileNotFoundError; while it is read: what the store throws */
  async read(id: string, tenant: string): Promise<{ readonly bytes: number; readonly chunks: AsyncIterable<Uint8Array> }> {
    const made = outputOf(id);
    if (made !== undefined) return this.batch.output(await this.#jobOf(id, tenant), made.series);
    const file = await this.files.get(id, tenant);
    return { bytes: file.bytes, chunks: this.files.read(file) };
  }

  /** @throws FileNotFoundError */
  async remove(id: string, tenant: string): Promise<void> {
    const made = outputOf(id);
    if (made === undefined) await this.files.remove(id, tenant);
    else await this.batch.removeOutput(await this.#jobOf(id, tenant), made.series);
  }

  /** Those uploaded, the newest first, then those made by batches, likewise. */
  async list(tenant: string, { after, limit, purpose }: FilesQuery): Promise<readonly FileAnswer[]> {
    const made = after === undefined ? undefined : outputOf(after);
    const uploaded = made !== undefined || purpose === BATCH_OUTPUT ? [] : (await this.files.list(tenant, { after, limit, purpose })).map(fileView);
    if (uploaded.length === limit || (purpose !== undefined && purpose !== BATCH_OUTPUT)) return uploaded;
    const outputs = await this.#outputs(tenant, { after: made && after, limit: limit - uploaded.length });
    return [...uploaded, ...outputs];
  }

  async #outputs(tenant: string, { after, limit }: { readonly after?: string; readonly limit: number }): Promise<readonly FileAnswer[]> {
    const last = after === undefined ? undefined : await this.#jobOf(after, tenant);
    const jobs = await this.batches.list(tenant, { limit: Math.min(limit, MOST_BATCHES), ...(last && { after: last }) });
    const found: FileAnswer[] = [];
    for (const job of last ? [last, ...jobs] : jobs) found.push(...(await this.#outputsOf(job)));
    return found.slice(found.findIndex(({ id }) => id === after) + 1).slice(0, limit);
  }

  /** Those that are there: its owner may have deleted one. */
  async #outputsOf(job: JobRecord): Promise<readonly FileAnswer[]> {
    const result = resultOf(job);
    const made = ALL_SERIES.filter((series) => (result?.[series]?.rows ?? 0) > 0);
    const looked = await Promise.all(made.map((series) => this.batch.output(job, series).then(({ bytes }) => [outputView(job, series, bytes)], nothingIfGone)));
    return looked.flat();
  }

  async #jobOf(id: string, tenant: string): Promise<JobRecord> {
    try {
      return await this.batches.ofJob(outputOf(id)!.jobId, tenant);
    } catch (error) {
      throw error instanceof JobNotFoundError ? new FileNotFoundError(id) : error;
    }
  }
}

function purposeIn(fields: ReadonlyMap<string, string>): string {
  const purpose = fields.get('purpose');
  if (purpose === undefined || !PURPOSES.includes(purpose)) throw new InvalidRequestError('purpose', `purpose: expected ${PURPOSES.join(' or ')}, got ${purpose === undefined ? 'nothing' : quote(purpose)}`);
  return purpose;
}

function fileView({ id, bytes, createdAt, filename, purpose }: StoredFile): FileAnswer {
  return { id, object: 'file', bytes, created_at: Math.floor(createdAt / 1_000), expires_at: null, filename, purpose, status: 'processed' };
}

function nothingIfGone(error: unknown): readonly FileAnswer[] {
  if (error instanceof NoSuchOutputError) return [];
  throw error;
}

function outputView(job: JobRecord, series: Series, bytes: number): FileAnswer {
  const id = outputFileId(job.id, series);
  return fileView({ id, bytes, createdAt: job.finishedAt ?? job.updatedAt, filename: `${id.slice('file-'.length)}.jsonl`, purpose: BATCH_OUTPUT, key: '' });
}
