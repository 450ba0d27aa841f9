import { ModelSession, RunFailedError, WorkerLostError, type BatchOutput, type Placement, type Signature, type Work } from '@cortex/inference';
import { GraphError } from './graph/graph.errors';
import { pack, unpack, type PackedResult, type PackedWork } from './graph/packed-work';
import { ThreadLostError } from './threads/thread.errors';

/** Where a graph runs. */
export interface Place {
  readonly placement: Placement;
  readonly parallelism: number;
  readonly signature: Signature;
  /** All its memory, where that can be told apart from the server's. */
  readonly memoryBytes?: number;
  execute(work: PackedWork): Promise<PackedResult>;
  release(): Promise<void>;
}

/** A loaded model, wherever it runs: holds callers to its parallelism and lets running batches finish before it closes. */
export class OnnxModelSession extends ModelSession {
  declare readonly memoryBytes?: number;
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  /** `closed` is called once, after the memory is free. */
  constructor(private readonly model: string, private readonly place: Place, private readonly closed: (session: ModelSession) => void) {
    super();
    if (place.memoryBytes !== undefined) this.memoryBytes = place.memoryBytes;
  }

  get signature(): Signature {
    return this.place.signature;
  }

  get placement(): Placement {
    return this.place.placement;
  }

  get parallelism(): number {
    return this.place.parallelism;
  }

  async run<W extends Work>(batch: W): Promise<BatchOutput<W>> {
    if (this.#closing) throw new Error(`a batch was sent to the closed model ${this.model}. This is a bug.`);
    if (this.#running.size >= this.parallelism) throw new Error(`more than ${this.parallelism} batches were sent to ${this.model} at once. This is a bug.`);
    const running = this.place.execute(pack(batch));
    this.#running.add(running);
    try {
      // What a kind of work gives is decided by its kind, which the compiler cannot follow through W.
      return unpack(batch, await running) as unknown as BatchOutput<W>;
    } catch (error) {
      throw this.#translated(error);
    } finally {
      this.#running.delete(running);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  async #drain(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.place.release();
    this.closed(this);
  }

  #translated(error: unknown): unknown {
    if (error instanceof GraphError) return new RunFailedError(this.model, error.reason);
    if (error instanceof ThreadLostError) return new WorkerLostError(this.model);
    return error;
  }
}
