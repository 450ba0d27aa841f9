import { CortexError, codeOf } from '@cortex/kernel';

/** Why a part of a Doc is missing. Never a piece of the text. */
export interface StepFailure {
  readonly step: string;
  /** As of the error that a call with this text alone would throw; `INTERNAL` for a bug. */
  readonly code: string;
  readonly message: string;
}

export function failureOf(step: string, error: unknown): StepFailure {
  return { step, code: codeOf(error), message: error instanceof CortexError ? error.message : 'an internal error' };
}
