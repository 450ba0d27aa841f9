import { inOrder, patiently, type JobRun, type JsonObject } from '@cortex/jobs';
import type { Clock } from '@cortex/kernel';
import type { ModelRegistry } from '@cortex/model-registry';
import type { ObjectStore } from '@cortex/objects';
import type { BatchInferenceSettings } from '../batch-inference.options';
import { asJson, checkpointOf, specOf, type BatchResult, type BatchSpec, type Binding, type Checkpoint } from '../batch-job';
import type { RowFormat, RowWindow } from '../formats/row-format.port';
import type { RowTask } from '../tasks/row-task.port';
import { jobFolder, partsPrefix } from '../tenant-folder';
import { bind, checkInput } from './binding';
import { JobParts } from './job-parts';
import { Lanes } from './lanes';
import { Progress, type StoredWindow } from './progress';
import { removeAll } from './remove-all';
import { bulkContext, RowAnswers, type Owner } from './row-answers';

/** How often it is stored how far a job is: what a crash makes somebody do again. */
const SAVE_MS = 500;

export interface BatchRunParts {
  readonly store: ObjectStore;
  readonly registry: Pick<ModelRegistry, 'resolve'>;
  readonly clock: Clock;
  readonly settings: BatchInferenceSettings;
  readonly task: RowTask;
  /** Of the input and of the output. */
  readonly formats: { readonly input: RowFormat; readonly output: RowFormat };
}

interface NumberedWindow extends RowWindow {
  readonly number: number;
}

/**
 * One run of a batch job, from where the last one stopped to its end: rows in windows, each window's answers as one part, the
 * parts joined. A part depends on job and window alone, and the checkpoint moves only over parts that are stored: whoever
 * repeats a step writes the same bytes to the same place.
 */
export class BatchRun {
  readonly #spec: BatchSpec;
  readonly #owner: Owner;
  readonly #folder: string;
  /** Ends what is under way when the run is told to end, or one window has failed. */
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #savedAt = 0;

  constructor(private readonly parts: BatchRunParts, private readonly run: JobRun) {
    const { id, tenant } = run.job;
    this.#spec = specOf(run.job);
    this.#owner = { id, tenant, budgets: this.#spec.budgets };
    this.#folder = jobFolder(run.job);
    this.#signal = AbortSignal.any([run.signal, this.#stop.signal]);
  }

  /** @throws what job kinds throw: the signal's reason, JobLostError, what is unavailable, what cannot be done */
  async finish(): Promise<JsonObject> {
    const progress = await this.#begin();
    const result = progress.checkpoint.result ?? (await this.#make(progress));
    await removeAll(this.parts.store, partsPrefix(this.#folder));
    return asJson(result);
  }

  async #begin(): Promise<Progress> {
    const { clock, store } = this.parts;
    const checkpoint = checkpointOf(this.run.job);
    if (checkpoint) {
      if (!checkpoint.result) await checkInput(this.#spec, checkpoint.binding, store);
      return Progress.at(checkpoint, this.run.job, clock);
    }
    const progress = Progress.from(await this.#bind(), clock);
    await this.#save(progress);
    return progress;
  }

  #bind(): Promise<Binding> {
    const { windowRows, windowBytes, patienceMs } = this.parts.settings;
    const parts = { ...this.parts, limits: { windowRows, windowBytes } };
    return patiently(() => bind(this.#spec, parts, bulkContext(this.#owner, this.#signal)), { patienceMs, signal: this.#signal });
  }

  async #make(progress: Progress): Promise<BatchResult> {
    const { model, digest, columns } = progress.checkpoint.binding;
    const { store, formats } = this.parts;
    const parts = new JobParts({ store, folder: this.#folder, format: formats.output, columns, errors: this.#spec.output.errors, signal: this.#signal });
    await this.#answerRows(progress, parts);
    progress.joined({ model, digest, ...(await parts.join(progress.checkpoint.windows, progress.counts)) });
    await this.#save(progress);
    return progress.checkpoint.result!;
  }

  async #answerRows(progress: Progress, parts: JobParts): Promise<void> {
    const answers = this.#answers(progress.checkpoint.binding);
    const answer = (window: NumberedWindow) => this.#answer(window, { answers, parts });
    for await (const window of inOrder(this.#windows(progress.checkpoint), this.parts.settings.windowsInFlight, answer)) {
      progress.stored(window);
      if (this.parts.clock.now() - this.#savedAt >= SAVE_MS) await this.#save(progress);
    }
    progress.isWhole();
    await this.#save(progress);
  }

  #answers({ model, digest }: Binding): RowAnswers {
    const { task, settings: { asksInFlight, patienceMs } } = this.parts;
    const asked = { model, parameters: task.form.parameters.parse(this.#spec.parameters) };
    return new RowAnswers({ task, asked, digest, owner: this.#owner, signal: this.#signal, lanes: new Lanes(asksInFlight), patienceMs });
  }

  async *#windows({ binding, windows, next }: Checkpoint): AsyncGenerator<NumberedWindow> {
    const { store, formats, task } = this.parts;
    const input = (start: number) => store.read(this.#spec.input.key, { start, signal: this.#signal });
    const options = { rows: binding.windowRows, bytes: binding.windowBytes, fields: task.form.fields, ...(next !== undefined && { from: next }) };
    let number = windows;
    for await (const window of formats.input.read(input, options)) {
      yield { ...window, number };
      number += 1;
    }
  }

  async #answer({ rows, number, next, bytesRead }: NumberedWindow, { answers, parts }: { readonly answers: RowAnswers; readonly parts: JobParts }): Promise<StoredWindow> {
    try {
      const counts = await parts.store(number, await answers.of(rows));
      return { next, bytesRead, ...counts };
    } catch (error) {
      this.#stop.abort(error);
      throw error;
    }
  }

  async #save(progress: Progress): Promise<void> {
    await this.run.save({ checkpoint: asJson(progress.checkpoint), counts: progress.counts });
    this.#savedAt = this.parts.clock.now();
  }
}
