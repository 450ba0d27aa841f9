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

/** A variant as it was measured. */
export interface VariantFigures {
  readonly variant: string;
  /** Predicted for eight rows of 32 tokens, or of whatever one row is. */
  readonly typicalMs: number;
  /** Predicted when it is loaded, all its workers together. */
  readonly memoryBytes: number;
  readonly batchInvariant: boolean;
  readonly fidelity?: number;
}

export interface VariantChoice {
  readonly reason: 'asked for by name' | 'the only one' | 'the fastest that is exact in any batch and near enough to fp32' | 'the fastest, none is exact in any batch';
  readonly measured: readonly VariantFigures[];
}

/** The variant that will answer for a model, chosen from measurements, whether it is loaded or not. */
export interface Candidate {
  readonly served: ServedModel;
  /** `name@version+variant`. */
  readonly label: string;
  /** Names what is opened: the label, the file's digest (cut: two files of one version may be loaded while they are swapped), and whether rows share batches. */
  readonly sessionKey: string;
  readonly source: ModelVersion;
  readonly artifact: ModelArtifact;
  readonly costModel: CostModel;
  /** Predicted resident memory when it is loaded, all its workers together. */
  readonly memoryBytes: number;
  /** Predicted time to load it. */
  readonly loadMs: number;
  /** What it was chosen from, and why. */
  readonly choice: VariantChoice;
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
  /** What it was chosen from, and why. */
  readonly choice: VariantChoice;
  readonly source: ModelVersion;
}
