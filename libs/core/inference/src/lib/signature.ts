import type { DType } from './tensor';

/** One input or output of a graph. An axis is its size, or a name where the size is free. */
export interface TensorSpec {
  readonly name: string;
  readonly dtype: DType;
  readonly axes: readonly (number | string)[];
}

/** What a graph takes and gives, as the file says it. */
export interface Signature {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/** Whether requests may share a batch: the first axis of every input and output is free. */
export function isBatchable({ inputs, outputs }: Signature): boolean {
  return inputs.length > 0 && [...inputs, ...outputs].every(({ axes }) => typeof axes[0] === 'string');
}

/** Whether it is a text encoder's graph: token ids in, padded with a mask. */
export function takesTokens({ inputs }: Signature): boolean {
  const names = inputs.map(({ name }) => name);
  return names.includes('input_ids') && names.every((name) => TOKEN_INPUTS.includes(name));
}

const TOKEN_INPUTS = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'];
