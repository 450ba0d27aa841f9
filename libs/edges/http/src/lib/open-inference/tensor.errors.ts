import { CortexError } from '@cortex/kernel';

/** Elements that are not of the tensor's type, or that do not fit its shape. */
export class TensorDataError extends CortexError {
  readonly code = 'INFERENCE.INVALID_DATA';
  readonly kind = 'invalid';

  constructor(override readonly field: string, message: string) {
    super(`input '${field.slice(0, 60)}': ${message}`);
  }
}

/** A JSON number that has lost its value before anybody could read it. */
export class UnsafeIntegerError extends CortexError {
  readonly code = 'INFERENCE.UNSAFE_INTEGER';
  readonly kind = 'invalid';

  constructor(override readonly field: string, index: number) {
    super(`input '${field.slice(0, 60)}': data[${index}] is beyond 2^53, where JSON numbers lose their value; send the tensor in binary (binary_data_size)`);
  }
}

/** NaN or an infinity that JSON cannot say. */
export class NotFiniteError extends CortexError {
  readonly code = 'INFERENCE.NOT_FINITE';
  readonly kind = 'unprocessable';

  constructor(override readonly field: string) {
    super(`output '${field.slice(0, 60)}' holds NaN or an infinity, which JSON cannot say; ask for it in binary (binary_data)`);
  }
}
