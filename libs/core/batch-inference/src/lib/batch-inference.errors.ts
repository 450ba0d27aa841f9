import { CortexError } from '@cortex/kernel';

/** Thrown where the rest of an input cannot be told apart into rows: it is not of the format that the job says, or damaged. */
export class InputUnreadableError extends CortexError {
  readonly code = 'BATCH.INPUT_UNREADABLE';
  readonly kind = 'invalid';
  override readonly field = 'input';

  /** `reason` without the input's own words, or those cut. */
  constructor(readonly format: string, readonly reason: string, options?: ErrorOptions) {
    super(`the input is not readable as ${format}: ${reason}`, options);
  }
}
