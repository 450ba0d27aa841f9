import type { Head, BatchOutput, Work } from './work';
import type { Signature } from './signature';

/** A model file ready to be opened: it exists, its hash is known, its folder was checked. */
export interface ModelArtifact {
  readonly name: string;
  readonly version: string;
  /** `fp32`, `int8`, … */
  readonly variant: string;
  /** Absolute path of the graph. */
  readonly file: string;
  /** `sha256:…` over the graph and its external data. */
  readonly digest: string;
  /** Longest row in tokens; 0 for graphs that take no tokens. */
  readonly maxTokens: number;
  /** Most rows of one batch. */
  readonly maxBatchRows: number;
  /** Token ids are below it; absent when unknown. */
  readonly vocabularySize?: number;
  /** How its rows are read when the model is probed; absent for plain tensor graphs. */
  readonly head?: Head;
  /** `process`: keep it out of this process, because it is not trusted or its memory must come back whole. Absent: as measured. */
  readonly isolation?: 'process';
}

/** One timed run. `length` is tokens a row; 1 where rows have no length. */
export interface Measurement {
  readonly rows: number;
  readonly length: number;
  readonly ms: number;
}

/** What opening and probing a variant taught. */
export interface VariantProfile {
  readonly measurements: readonly Measurement[];
  /** Whether a row's bits are the same alone and in any batch. */
  readonly batchInvariant: boolean;
  /** Resident memory that one worker's session took, in bytes. */
  readonly memoryBytes: number;
  /** Batches that may run at once when it is opened: the whole takes `baseBytes + parallelism * memoryBytes`. */
  readonly parallelism: number;
  /** What its own process takes beside the sessions; absent for a variant that is not opened in one. */
  readonly baseBytes?: number;
  /** Vectors of a fixed set of probe rows, one after another, to compare variants by. */
  readonly probe: Float32Array;
}

/** `inline` on the serving thread, `workers` on inference threads, `process` in a child process of its own. */
export type Placement = 'inline' | 'workers' | 'process';

/** A loaded model. It runs what it is given: no queue, no cache, no limits. */
export abstract class ModelSession {
  abstract readonly signature: Signature;
  abstract readonly placement: Placement;
  /** How many batches may run at once; more than that is a bug of the caller. */
  abstract readonly parallelism: number;
  /** Resident memory measured when it was opened, all its workers together; absent where it cannot be told apart from the process's. */
  readonly memoryBytes?: number;
  /** @throws RunFailedError when the graph refuses the input, WorkerLostError when the thread died under it. */
  abstract run<W extends Work>(batch: W): Promise<BatchOutput<W>>;
  /** Waits for running batches, then frees the memory. */
  abstract close(): Promise<void>;
}

/** Variants that the runtime makes of a file itself. */
export interface Derivatives {
  /** Made before, and there. */
  readonly kept: readonly ModelArtifact[];
  /** Names of those that `derive` would have to make. */
  readonly missing: readonly string[];
}

/** Opens model files. How it runs, and nothing else. */
export abstract class ModelRuntime {
  /** Probes a variant; kept by digest, so that only the first call costs: `makeRoom` is asked before it does, and what it gives is held meanwhile. @throws LoadFailedError, what makeRoom throws */
  abstract measure(artifact: ModelArtifact, makeRoom?: () => Promise<AsyncDisposable>): Promise<VariantProfile>;
  /** What can be made of an artifact, e.g. `int8` of a transformer encoder; nothing where there is no place to keep it. */
  abstract derivatives(artifact: ModelArtifact): Promise<Derivatives>;
  /** The derived variant, made now or found as it was made before. @throws LoadFailedError when it cannot be made, or there is no place for it */
  abstract derive(artifact: ModelArtifact, variant: string): Promise<ModelArtifact>;
  /** @throws LoadFailedError with the runtime's own reason. */
  abstract open(artifact: ModelArtifact): Promise<ModelSession>;
  /** Closes every session. */
  abstract close(): Promise<void>;
}
