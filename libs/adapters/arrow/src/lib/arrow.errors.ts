import { CortexError, quote } from '@cortex/kernel';

/** Bytes that are no Arrow stream, or none that is read here; the message says what is wrong and where. */
export class ArrowFormatError extends CortexError {
  readonly code = 'ARROW.INVALID_STREAM';
  readonly kind = 'invalid';

  constructor(readonly where: string, problem: string) {
    super(`${where}: ${problem}`);
  }
}

/** A column that is missing, ambiguous, or of a type or value that cannot be used for what it is wanted for. */
export class ArrowColumnError extends CortexError {
  readonly code = 'ARROW.INVALID_COLUMN';
  readonly kind = 'invalid';

  constructor(override readonly field: string, problem: string) {
    super(`column '${quote(field)}': ${problem}`);
  }
}

/** More than one Arrow body may hold. */
export class ArrowTooLargeError extends CortexError {
  readonly code = 'ARROW.TOO_LARGE';
  readonly kind = 'too-large';

  constructor(readonly what: string, readonly limit: number) {
    super(`the Arrow body has more ${what} than the limit of ${limit}`);
  }
}

/** Tensors that do not share their number of rows, so that no table holds them. */
export class ArrowShapeError extends CortexError {
  readonly code = 'ARROW.ROWS_DIFFER';
  readonly kind = 'unprocessable';

  constructor(override readonly field: string, problem: string) {
    super(`output '${quote(field)}': ${problem}; ask for it in JSON`);
  }
}
