import { InvalidRequestError } from '../http.errors';
import { describe } from '../reading';

export type Sequence = string | readonly [string, string];

/** What POST /predict was given, and whether it is answered as one or as a list. */
export interface PredictInputs {
  readonly sequences: readonly Sequence[];
  readonly single: boolean;
}

/** `"a"`, `["a"]`, `["a", "b"]` (a pair), or a list of `["a"]` and `["a", "b"]`, as the original reads them. @throws InvalidRequestError */
export function readPredictInputs(inputs: unknown): PredictInputs {
  if (typeof inputs === 'string') return { sequences: [inputs], single: true };
  if (Array.isArray(inputs) && Array.isArray(inputs[0])) {
    return { sequences: inputs.map((item: unknown, index) => readSequence(item, `inputs[${index}]`)), single: false };
  }
  return { sequences: [readSequence(inputs, 'inputs')], single: true };
}

function readSequence(value: unknown, field: string): Sequence {
  if (Array.isArray(value) && (value.length === 1 || value.length === 2) && value.every((item) => typeof item === 'string')) {
    return value.length === 1 ? value[0]! : [value[0]!, value[1]!];
  }
  throw new InvalidRequestError(field, `${field}: expected a string, a pair of strings or a list of them, got ${describe(value)}`);
}
