import { CortexError } from '@cortex/kernel';

/** The model cannot be made of the options: an unknown provider, or one whose package is not installed. */
export class LangchainSetupError extends CortexError {
  readonly code = 'LANGCHAIN.SETUP';
  readonly kind = 'invalid';
}

/** The language model gave no answer, or is known to be away. `reason` is a short constant: neither key nor text is in it. */
export class LangchainUnavailableError extends CortexError {
  readonly code = 'LANGCHAIN.UNAVAILABLE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor(readonly reason: string) {
    super(`the language model is not available (${reason})`);
  }
}

/** The language model's server does not take the request: most often for its key, or the model's name. */
export class LangchainRefusedError extends CortexError {
  readonly code = 'LANGCHAIN.REFUSED';
  readonly kind = 'upstream';

  constructor(readonly status: number) {
    super(`the language model's server refused the request with status ${status}`);
  }
}

/** What came is no whole answer. */
export class LangchainAnswerError extends CortexError {
  readonly code = 'LANGCHAIN.ANSWER';
  readonly kind = 'upstream';
}

/** A loader gave more than is taken of one. */
export class LoaderLimitError extends CortexError {
  readonly code = 'LANGCHAIN.LOADER_LIMIT';
  readonly kind = 'too-large';
}
