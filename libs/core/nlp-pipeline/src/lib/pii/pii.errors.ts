import { CortexError } from '@cortex/kernel';

/** An operator, or what it shall work on, is not what it must be. The words are Presidio's where it has them, the text is never among them. */
export class AnonymizerParameterError extends CortexError {
  readonly code = 'NLP.ANONYMIZER_PARAMETER';
  readonly kind = 'unprocessable';
}

/** This piece of text was not encrypted with this key. */
export class DecryptionFailedError extends CortexError {
  readonly code = 'NLP.DECRYPTION_FAILED';
  readonly kind = 'unprocessable';

  constructor(readonly start: number, readonly end: number) {
    super(`what stands from ${start} to ${end} was not encrypted by AES-CBC with this key`);
  }
}

/** A recognizer of the caller's cannot be used. */
export class RecognizerRefusedError extends CortexError {
  readonly code = 'NLP.RECOGNIZER_REFUSED';
  readonly kind = 'invalid';
}
