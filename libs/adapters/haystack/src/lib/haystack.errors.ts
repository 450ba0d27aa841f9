import { CortexError } from '@cortex/kernel';

/** Haystack gave no answer, or is known to be away. `reason` is a short constant: neither address nor text is in it. */
export class HaystackUnavailableError extends CortexError {
  readonly code = 'HAYSTACK.UNAVAILABLE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor(readonly reason: string) {
    super(`Haystack is not available (${reason})`);
  }
}

/** Haystack does not take the request, or its pipeline failed: most often there is no such pipeline, or it takes other inputs. */
export class HaystackRefusedError extends CortexError {
  readonly code = 'HAYSTACK.REFUSED';
  readonly kind = 'upstream';

  constructor(readonly status: number) {
    super(`Haystack refused the request with status ${status}`);
  }
}

/** The answer is longer than is read of one. */
export class HaystackResponseTooLargeError extends CortexError {
  readonly code = 'HAYSTACK.RESPONSE_TOO_LARGE';
  readonly kind = 'upstream';

  constructor(readonly limitBytes: number) {
    super(`Haystack's answer is longer than ${limitBytes} bytes`);
  }
}

/** What came is no streamed completion, or one without an end. */
export class HaystackAnswerError extends CortexError {
  readonly code = 'HAYSTACK.ANSWER';
  readonly kind = 'upstream';
}
