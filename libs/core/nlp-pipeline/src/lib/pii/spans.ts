/** A typed piece of a text, in UTF-16 units. */
export interface TypedSpan {
  readonly type: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** A finding as an anonymizer sees it. */
export interface ScoredSpan extends TypedSpan {
  readonly score: number;
}

/** What stands at a place of the new text, and who put it there. */
export interface ChangedSpan extends TypedSpan {
  readonly text: string;
  readonly operator: string;
}
