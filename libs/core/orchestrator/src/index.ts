import type { BatchOutput, Signature, Work, Placement } from '@cortex/inference';
import type { ModelVersion, ResolvedModel } from '@cortex/model-registry';
import type { RequestContext } from '@cortex/kernel';

/** Which model answered. */
export interface ServedModel {
  readonly name: string;
  readonly version: string;
  readonly variant: string;
  /** `sha256:…` of the file that ran: the vector space's name. */
  readonly digest: string;
  readonly batchInvariant: boolean;
  /** Mean cosine to the fp32 variant over the probe rows; 1 for fp32 itself, undefined where there is none. */
  readonly fidelity?: number;
}
/** `model` is a reference, or what the caller has resolved already (so that text and tensors come from one version). */
export interface InferenceRequest<W extends Work = Work> { readonly model: string | ResolvedModel; readonly work: W }
export interface InferenceResult<W extends Work = Work> { readonly model: ServedModel; readonly output: Omit<BatchOutput<W>, 'runMs'> }
/** A model as it is loaded now. */
export interface LoadedModel extends ServedModel { readonly signature: Signature; readonly placement: Placement; readonly parallelism: number; readonly memoryBytes: number; readonly loadMs: number; readonly source: ModelVersion }
/** Counters since the load; all times in milliseconds. */
export interface ModelStatistics {
  readonly model: ServedModel; readonly inferenceCount: number; readonly executionCount: number; readonly lastInferenceAt: number;
  readonly success: { readonly count: number; readonly ms: number }; readonly fail: { readonly count: number; readonly ms: number };
  readonly queue: { readonly count: number; readonly ms: number }; readonly run: { readonly count: number; readonly ms: number };
  readonly cacheHit: { readonly count: number; readonly ms: number }; readonly cacheMiss: { readonly count: number; readonly ms: number };
  readonly batches: readonly { readonly rows: number; readonly count: number; readonly ms: number }[];
}
export declare class Orchestrator {
  /** The request path. @throws what registry, governor, pool, batcher and runtime throw */
  infer<W extends Work>(request: InferenceRequest<W>, context: RequestContext): Promise<InferenceResult<W>>;
  /** Loads (single flight) and says what is loaded; does not bring back what was unloaded. */
  describe(reference: string | ResolvedModel, context: RequestContext): Promise<LoadedModel>;
  /** Offers it again and loads it. */
  load(reference: string): Promise<LoadedModel>;
  /** Withdraws and drains; requests already accepted finish. */
  unload(reference: string): Promise<void>;
  loaded(): readonly LoadedModel[];
  statistics(): readonly ModelStatistics[];
  /** Drains everything; infer throws from now on. */
  close(): Promise<void>;
}
