import type { JobRecord, JobRun, Jobs, JsonObject } from '@cortex/jobs';
import type { Budget, Clock } from '@cortex/kernel';
import type { ModelRegistry } from '@cortex/model-registry';
import type { ObjectStore } from '@cortex/objects';
import { InputNotFoundError, InvalidOrderError, NoSuchOutputError, NotReadyYetError } from './batch-inference.errors';
import type { BatchInferenceSettings } from './batch-inference.options';
import { asJson, resultOf, specOf, type BatchSpec } from './batch-job';
import type { Files } from './files/files';
import type { RowFormat } from './formats/row-format.port';
import { BatchRun } from './run/batch-run';
import { removeAll } from './run/remove-all';
import type { RowTask } from './tasks/row-task.port';
import { jobFolder, tenantKey, type Series } from './tenant-folder';
import { Vocabulary } from './vocabulary';

/** What a job's kind is where nobody says otherwise. */
export const BATCH_INFERENCE = 'batch-inference';

export interface BatchInferenceParts {
  readonly jobs: Jobs;
  readonly store: ObjectStore;
  readonly files: Files;
  readonly registry: Pick<ModelRegistry, 'resolve' | 'defaultFor'>;
  readonly tasks: readonly RowTask[];
  readonly formats: readonly RowFormat[];
  readonly clock: Clock;
}

/** What shall be done with which rows. */
export interface BatchOrder {
  /** Default what the model is made for. */
  readonly task?: string;
  /** Default the task's default model. */
  readonly model?: string;
  /** An uploaded file, or an object below the tenant's own folder, `tenants/<tenant>/`. */
  readonly input: { readonly format: string } & ({ readonly fileId: string; readonly isForThisJob?: boolean } | { readonly objectKey: string });
  /** Default: in the format of the input, rows that failed at their place. */
  readonly output?: { readonly format?: string; readonly errors?: 'inline' | 'separate' };
  /** The task's own; default none. */
  readonly parameters?: JsonObject;
  /** Given back as they are. */
  readonly notes?: JsonObject;
}

/** Whose job it is, and what its rows are taken from. */
export interface BatchOwner {
  readonly tenant: string;
  readonly budgets?: readonly Budget[];
}

/** A file that a job has made. */
export interface BatchOutput {
  readonly contentType: string;
  readonly bytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Batch jobs: rows of a file answered by a model, each exactly once in the output, whatever stops in between. */
export class BatchInference {
  readonly #tasks: Vocabulary<RowTask>;
  readonly #formats: Vocabulary<RowFormat>;

  constructor(private readonly parts: BatchInferenceParts, private readonly settings: BatchInferenceSettings) {
    this.#tasks = new Vocabulary('task', ({ form }) => form.name, parts.tasks);
    this.#formats = new Vocabulary('format', ({ name }) => name, parts.formats);
    this.#register(BATCH_INFERENCE);
  }

  /** Adds what a protocol brings: rows asked its way, written its way, jobs of a kind of its own. Once for each. */
  extend({ kind, tasks = [], formats = [] }: { readonly kind?: string; readonly tasks?: readonly RowTask[]; readonly formats?: readonly RowFormat[] }): void {
    for (const task of tasks) this.#tasks.add(task);
    for (const format of formats) this.#formats.add(format);
    if (kind !== undefined) this.#register(kind);
  }

  /** @throws InvalidOrderError, InputNotFoundError, ObjectKeyError, TooManyJobsError, and what the registry throws of the model */
  async submit(order: BatchOrder, { tenant, budgets }: BatchOwner, kind = BATCH_INFERENCE): Promise<JobRecord> {
    const { task, model } = await this.#whoAnswers(order);
    const { input, output = {}, notes = {} } = order;
    const spec: BatchSpec = {
      task: task.form.name,
      model,
      input: await this.#inputOf(input, tenant),
      output: { format: this.#formats.get(output.format ?? input.format, 'output.format').name, errors: output.errors ?? 'inline' },
      parameters: parametersOf(task, order.parameters),
      ...(budgets && { budgets: [...budgets] }),
      notes,
    };
    return this.parts.jobs.submit({ tenant, kind, spec: asJson(spec) });
  }

  /** A file of a job that has succeeded. @throws NotReadyYetError, NoSuchOutputError; while it is read: what the store throws */
  async output(job: JobRecord, series: Series = 'output', signal?: AbortSignal): Promise<BatchOutput> {
    const { key } = this.#fileOf(job, series);
    const object = await this.parts.store.find(key);
    if (object === undefined) throw new NoSuchOutputError(job.id, series);
    const { contentType } = this.#formats.get(specOf(job).output.format, 'output.format');
    return { contentType, bytes: object.bytes, chunks: this.parts.store.read(key, { signal }) };
  }

  /** Removes one of a job's files and keeps the rest. @throws NotReadyYetError, NoSuchOutputError */
  async removeOutput(job: JobRecord, series: Series): Promise<void> {
    await this.parts.store.remove(this.#fileOf(job, series).key);
  }

  #fileOf(job: JobRecord, series: Series): { readonly key: string } {
    const result = resultOf(job);
    if (result === undefined) throw new NotReadyYetError(job.id, job.state);
    const file = result[series];
    if (file === undefined) throw new NoSuchOutputError(job.id, series);
    return file;
  }

  #register(kind: string): void {
    const run = (one: JobRun) => this.#run(one);
    this.parts.jobs.register({ kind, concurrency: this.settings.concurrency, run, discard: (job) => this.#discard(job) });
  }

  async #run(run: JobRun): Promise<JsonObject> {
    const { task, input, output } = specOf(run.job);
    const formats = { input: this.#formats.get(input.format, 'input.format'), output: this.#formats.get(output.format, 'output.format') };
    return new BatchRun({ ...this.parts, settings: this.settings, task: this.#tasks.get(task, 'task'), formats }, run).finish();
  }

  async #discard(job: JobRecord): Promise<void> {
    await removeAll(this.parts.store, `${jobFolder(job)}/`);
    const { fileId } = specOf(job).input;
    if (fileId !== undefined) await this.parts.files.discard(fileId, job.tenant);
  }

  async #whoAnswers({ task: name, model: reference }: BatchOrder): Promise<{ readonly task: RowTask; readonly model: string }> {
    if (name === undefined && reference === undefined) throw new InvalidOrderError('model', 'expected a model, a task, or both');
    const named = name === undefined ? undefined : this.#tasks.get(name, 'task');
    const model = reference ?? this.parts.registry.defaultFor(named!.form.models[0]);
    const { version } = await this.parts.registry.resolve(model);
    const task = named ?? this.#tasks.get(version.task, 'model');
    const { models, name: wanted } = task.form;
    if (!models.includes(version.task)) throw new InvalidOrderError('model', `'${version.name}' is for ${version.task}, expected a model for ${wanted}`);
    return { task, model };
  }

  async #inputOf(input: BatchOrder['input'], tenant: string): Promise<BatchSpec['input']> {
    const format = this.#formats.get(input.format, 'input.format').name;
    if ('fileId' in input) {
      const { key } = await this.parts.files.get(input.fileId, tenant);
      return { key, format, ...(input.isForThisJob && { fileId: input.fileId }) };
    }
    const key = tenantKey(tenant, input.objectKey);
    if ((await this.parts.store.find(key)) === undefined) throw new InputNotFoundError('object', input.objectKey);
    return { key, format };
  }
}

/** As the task reads them; what it fills in is filled in when the job runs. @throws InvalidOrderError naming the parameter */
function parametersOf({ form }: RowTask, parameters: JsonObject = {}): BatchSpec['parameters'] {
  const parsed = form.parameters.safeParse(parameters);
  if (parsed.success) return parameters;
  const { path, message } = parsed.error.issues[0]!;
  throw new InvalidOrderError(['parameters', ...path].join('.'), message);
}
