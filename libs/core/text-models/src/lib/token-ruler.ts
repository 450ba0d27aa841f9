import type { Tokenizer } from './tokenizer.port';

/** Measures texts in a model's tokens. */
export interface TokenRuler {
  /** Tokens of text that the model reads at once, without the special ones. */
  readonly maxTokens: number;
  /** A text's tokens without special ones; of one that has more than `limit`, `limit + 1`, and no more of it is read. */
  count(text: string, limit: number): number;
}

export function tokenRuler(tokenizer: Tokenizer, maxTokens: number): TokenRuler {
  const special = tokenizer.frame([0]).length - 1;
  return {
    maxTokens: maxTokens - special,
    count(text, limit) {
      if (text.trim() === '') return 0;
      const { ids, truncated } = tokenizer.encode(text, limit + special);
      return truncated ? limit + 1 : ids.length - special;
    },
  };
}
