import { BatchInference, Files, type BatchOrder } from '@cortex/batch-inference';
import type { JobRecord } from '@cortex/jobs';
import { quote } from '@cortex/kernel';
import { Orchestrator } from '@cortex/orchestrator';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ARROW_TYPE } from '../content';
import { wholeBody } from '../body-stream';
import { UnsupportedContentError } from '../http.errors';
import type { HttpSettings } from '../http.options';
import { HTTP_SETTINGS } from '../http.tokens';
import { JSON_LINES_TYPE, JSON_LINES_TYPES, mediaTypeOf } from '../json-lines';
import { parseJson, readAs } from '../reading';
import type { Call } from '../route';
import { jobRequest, type JobQuery, type JobRequest } from './jobs-schemas';
import { TensorTask } from './tensor-task';

/** What the body is, by its content type. */
const ROWS: Readonly<Record<string, 'jsonl' | 'arrow'>> = {
  ...Object.fromEntries(JSON_LINES_TYPES.map((type) => [type, 'jsonl' as const])),
  [ARROW_TYPE]: 'arrow',
};

/** Orders of jobs: as JSON that names an input, or the input itself. */
@Injectable()
export class JobOrders implements OnModuleInit {
  constructor(private readonly batch: BatchInference, private readonly files: Files, private readonly orchestrator: Orchestrator, @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings) {}

  /** Before jobs begin to run: tensors are written as Open Inference writes them. */
  onModuleInit(): void {
    this.batch.extend({ tasks: [new TensorTask(this.orchestrator)] });
  }

  /** @throws UnsupportedContentError, BodyTooLargeError, InvalidRequestError, and what files and batch inference throw */
  async submit(call: Call<JobRequest, JobQuery>): Promise<JobRecord> {
    const type = mediaTypeOf(call.headers);
    const format = ROWS[type];
    if (format !== undefined) return this.#submitRows(call, format);
    if (type !== 'application/json') throw new UnsupportedContentError(`content-type is ${quote(type)}, expected application/json, ${JSON_LINES_TYPE} or ${ARROW_TYPE}`);
    return this.batch.submit(orderOf(readAs(jobRequest, parseJson(await wholeBody(call.chunks!, this.settings.maxBodyBytes)))), call.principal);
  }

  /** An upload without a job is nobody's wish. */
  async #submitRows({ query, principal, chunks, context: { signal } }: Call<JobRequest, JobQuery>, format: 'jsonl' | 'arrow'): Promise<JobRecord> {
    const { tenant } = principal;
    const file = await this.files.add({ tenant, chunks: chunks!, signal, describe: () => ({ filename: `rows.${format}`, purpose: 'user_data' }) });
    try {
      const { task, model, output, errors, ...parameters } = query;
      const input = { format, fileId: file.id, isForThisJob: true };
      return await this.batch.submit({ task, model, input, output: { format: output, errors }, parameters: defined(parameters) }, principal);
    } catch (error) {
      await this.files.discard(file.id, tenant);
      throw error;
    }
  }
}

function orderOf({ input: { format, objectKey, fileId }, ...rest }: JobRequest): BatchOrder {
  return { ...rest, input: fileId === undefined ? { format, objectKey: objectKey! } : { format, fileId } };
}

function defined<T extends object>(values: T): { [Key in keyof T]: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [Key in keyof T]: NonNullable<T[Key]> };
}
