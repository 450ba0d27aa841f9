import { JobLostError, type JobProgress, type JobRecord, type JobRun } from '@cortex/jobs';
import { ObjectStore, type ObjectInfo, type ReadOptions, type WriteOptions } from '@cortex/objects';
import { asJson, type BatchSpec } from '../batch-job';

/** How a process that dies looks to whoever waits in it. */
export class Death extends Error {}

/** Dies after so many steps; what is dead does nothing any more. Each effect is a step before and a step after it. */
export class Life {
  steps = 0;

  constructor(private readonly most = Infinity) {}

  step(): void {
    this.steps += 1;
    if (this.steps > this.most) throw new Death(`step ${this.steps}`);
  }

  async effect<T>(act: () => Promise<T>): Promise<T> {
    this.step();
    const result = await act();
    this.step();
    return result;
  }
}

/** A store as a mortal process sees it. */
export class MortalObjectStore extends ObjectStore {
  constructor(private readonly store: ObjectStore, private readonly life: Life) {
    super();
  }

  find(key: string): Promise<ObjectInfo | undefined> {
    return this.life.effect(() => this.store.find(key));
  }

  write(key: string, chunks: AsyncIterable<Uint8Array>, options?: WriteOptions): Promise<ObjectInfo> {
    return this.life.effect(() => this.store.write(key, this.#watched(chunks), options));
  }

  read(key: string, options?: ReadOptions): AsyncIterable<Uint8Array> {
    return this.#watched(this.store.read(key, options));
  }

  remove(key: string): Promise<void> {
    return this.life.effect(() => this.store.remove(key));
  }

  list(prefix: string): AsyncIterable<ObjectInfo> {
    return this.#watched(this.store.list(prefix));
  }

  async *#watched<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
    this.life.step();
    for await (const item of items) {
      yield item;
      this.life.step();
    }
  }
}

/** A job's record, and the runs of it. */
export class JobUnderTest {
  record: JobRecord;

  constructor(spec: BatchSpec) {
    const counts = { done: 0, failed: 0 };
    this.record = { id: 'job', revision: 1, tenant: 'acme', kind: 'batch-inference', state: 'running', cancelRequested: false, spec: asJson(spec), checkpoint: {}, counts, rank: 0, attempts: 0, setbacks: 0, createdAt: 0, updatedAt: 0 };
  }

  /** One that saves for as long as it lives, nobody cancelled it, and no other was begun. */
  run(life: Life, signal: AbortSignal = new AbortController().signal): JobRun {
    const attempts = this.record.attempts + 1;
    this.record = { ...this.record, attempts };
    const save = async (progress: JobProgress) => {
      signal.throwIfAborted();
      await life.effect(async () => {
        if (this.record.attempts !== attempts) throw new JobLostError('job');
        this.record = { ...this.record, ...(JSON.parse(JSON.stringify(progress)) as JobProgress) };
      });
    };
    return { job: this.record, signal, save };
  }
}
