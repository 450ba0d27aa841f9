import type { TokenRow } from '@cortex/inference';
import type { Token, Tokenizer } from './tokenizer.port';

/** A part of a long text as one row. Offsets are UTF-16, absent where the tokenizer gives none; an empty text has one window. */
export interface TextWindow {
  readonly row: TokenRow;
  readonly start?: number;
  readonly stop?: number;
}

export interface WindowOptions {
  /** Of each row, special tokens included. */
  readonly maxTokens: number;
  /** Tokens that a window repeats of the one before. */
  readonly overlap: number;
}

/** Cuts a text into overlapping windows of token rows: every token is in at least one. @throws RangeError when overlap leaves no progress */
export function windowsOf(tokenizer: Tokenizer, text: string, { maxTokens, overlap }: WindowOptions): readonly TextWindow[] {
  const room = maxTokens - (tokenizer.frame([0]).length - 1);
  const step = room - overlap;
  if (!(step > 0)) throw new RangeError(`windows of ${maxTokens} tokens cannot overlap by ${overlap}`);
  const tokens = tokenizer.tokens(text, { addSpecialTokens: false });
  const windows = [windowOf(tokenizer, tokens.slice(0, room))];
  for (let start = step; start + overlap < tokens.length; start += step) windows.push(windowOf(tokenizer, tokens.slice(start, start + room)));
  return windows;
}

function windowOf(tokenizer: Tokenizer, tokens: readonly Token[]): TextWindow {
  const row = { ids: tokenizer.frame(tokens.map(({ id }) => id)) };
  const start = tokens.at(0)?.start;
  const stop = tokens.at(-1)?.stop;
  return start === undefined || stop === undefined ? { row } : { row, start, stop };
}
