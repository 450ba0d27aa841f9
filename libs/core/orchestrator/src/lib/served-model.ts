import type { ModelArtifact, Placement, Signature } from '@cortex/inference';
import type { CostModel } from '@cortex/batching';
import type { ModelVersion } from '@cortex/model-registry';

/** Which model answered. */
export interface ServedModel {
  readonly name: string;
  readonly version: string;
  readonly variant: string;
  /** `sha256:…` of the file that ran: the vector space's name. */
  readonly digest: string;
  /** Whether a row's bits are the same alone and in any batch. */
  readonly batchInvariant: boolean;
  /** Cosine to the fp32 variant over the probe rows; 1 for fp32 itself, absent where there is none to compare with. */
  readonly fidelity?: number;
}

/** The variant that will answer for a model, chosen from measurements, whether it is loaded or not. */
export interface Candidate {
  readonly served: ServedModel;
  readonly source: ModelVersion;
  readonly artifact: ModelArtifact;
  readonly costModel: CostModel;
  readonly memoryBytes: number;
  /** Rows of different requests, or of one, may not share a batch: it would change their bits, and nobody asked for that. */
  readonly alone: boolean;
}

/** A model as it is loaded now. */
export interface LoadedModel extends ServedModel {
  readonly signature: Signature;
  readonly placement: Placement;
  readonly parallelism: number;
  /** Most rows of one batch. */
  readonly maxBatchRows: number;
  readonly memoryBytes: number;
  readonly loadMs: number;
  readonly source: ModelVersion;
}
