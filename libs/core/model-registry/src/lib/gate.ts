/** What a version must show before an alias moves to it. Every part that is given must hold. */
export interface GateSpec {
  /** Inputs with the answers expected of them: vectors to embed, labels to classify, scores to rerank. */
  readonly golden?: {
    readonly inputs: readonly string[];
    readonly expected: readonly (readonly number[] | string)[];
    /** Vectors: least cosine, default 0.99. Labels must be equal. */
    readonly minCosine?: number;
  };
  /** A labelled set with the least accuracy. */
  readonly labelled?: { readonly inputs: readonly string[]; readonly labels: readonly string[]; readonly minAccuracy: number };
  /** Highest 95th percentile of single requests, milliseconds. */
  readonly maxP95Ms?: number;
  /** Highest measured resident memory of the loaded model, bytes. */
  readonly maxMemoryBytes?: number;
}

/** One part of a gate: what was measured against what was asked. */
export interface GateCheck {
  readonly part: 'loads' | 'golden' | 'labelled' | 'p95' | 'memory';
  readonly passed: boolean;
  readonly measured?: number;
  readonly bound?: number;
  /** For people: which input failed, or why it could not be measured. */
  readonly detail?: string;
}

/** What running a gate gave; kept whether it passed or not. */
export interface GateReport {
  readonly alias: string;
  readonly version: string;
  /** Wall clock, milliseconds since 1970. */
  readonly at: number;
  readonly passed: boolean;
  readonly checks: readonly GateCheck[];
}
