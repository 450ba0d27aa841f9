import type { TokenRow } from '@cortex/inference';

/** A text or pair as the model reads it: special tokens included, never empty, never padded. */
export interface Encoding extends TokenRow {
  /** Whether there is text that the row does not hold. */
  readonly truncated: boolean;
}

/** One token of a text. `text` is its spelling in the vocabulary (`##ing`), `special` when it stands around the text, not in it. */
export interface Token {
  readonly id: number;
  readonly text: string;
  readonly special: boolean;
  /** UTF-16 offsets into the text; absent for special tokens, and where the tokenizer's kind cannot be aligned. */
  readonly start?: number;
  readonly stop?: number;
  /** It goes on the word of the token before it; set only where there are offsets. */
  readonly continues?: true | undefined;
}

/** Turns text into the ids a model was trained on. Synchronous: the time it takes is the serving thread's. */
export abstract class Tokenizer {
  /** Reads no more of the text than `maxTokens` need, special tokens counted. */
  abstract encode(text: string, maxTokens: number): Encoding;
  /** Cuts the longer of the two first. `typeIds` is 1 where the tokenizer's template says second text. */
  abstract encodePair(texts: readonly [string, string], maxTokens: number): Encoding;
  /** The whole text, whatever its length. */
  abstract tokens(text: string, options: { readonly addSpecialTokens: boolean }): readonly Token[];
  /** Puts the special tokens of a single text around ids; no ids and no special tokens give one unknown token. */
  abstract frame(ids: readonly number[]): Int32Array;
  abstract decode(ids: readonly number[], options: { readonly skipSpecialTokens: boolean }): string;
}
