/** A place where personal data was recognized. Offsets are UTF-16 units of the text that was given; it never carries the text itself. */
export interface PiiFinding {
  /** Presidio's name of the entity, e.g. `CREDIT_CARD`. */
  readonly type: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** 0..1 */
  readonly score: number;
  /** Who found it, by Presidio's names, e.g. `CreditCardRecognizer`, or the model of a caller's entities. */
  readonly recognizer: string;
  /** The form it was recognized by, where the recognizer has several. */
  readonly pattern?: string;
  /** The word of the recognizer's list, or of the caller's, that raised the score, and what it was raised from. */
  readonly support?: { readonly word: string; readonly from: number };
}
