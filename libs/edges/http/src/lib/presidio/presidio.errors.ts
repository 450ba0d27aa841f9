import { CortexError } from '@cortex/kernel';

/** Nothing here looks for what was asked, or reads this language; the words are the original's. */
export class NoRecognizersError extends CortexError {
  readonly code = 'PRESIDIO.NO_RECOGNIZERS';
  readonly kind = 'invalid';

  constructor() {
    super('No matching recognizers were found to serve the request.');
  }
}
