/** Strict span F1, of all and by type. */
export type SpanF1 = Readonly<Record<'all' | 'PER' | 'ORG' | 'LOC', number>>;

export interface NlpFigures {
  readonly wikiann: SpanF1;
  readonly wnut17: SpanF1;
  /** Accuracy. */
  readonly sst2: number;
}

/** What `nlp_finish.py` writes. */
export interface NlpQuality {
  readonly temperature: number;
  /** Scores of moving from a label to the next word's. */
  readonly transitions: readonly (readonly number[])[];
  readonly int8: NlpFigures;
  readonly fp32: NlpFigures;
  readonly sentiment: { readonly surprise: number; readonly calibrationError: number };
  readonly fidelity: number;
  readonly golden: readonly unknown[];
}
