import { CortexError } from '@cortex/kernel';

/** More text in one call than is held in memory at once. */
export class TextsTooLargeError extends CortexError {
  readonly code = 'NLP.TEXT_TOO_LARGE';
  readonly kind = 'too-large';

  constructor(readonly characters: number, readonly limit: number) {
    super(`the texts have ${characters} characters together, at most ${limit} are analysed in one call`);
  }
}
