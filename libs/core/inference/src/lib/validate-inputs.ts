import { InputMismatchError } from './inference.errors';
import type { Signature, TensorSpec } from './signature';
import type { Tensor, TensorMap } from './tensor';

/** Holds tensors against what a graph takes. @throws InputMismatchError naming the tensor, what came and what is accepted. */
export function validateInputs(signature: Signature, inputs: TensorMap): void {
  for (const name of Object.keys(inputs)) {
    if (!signature.inputs.some((spec) => spec.name === name)) throw unknownInput(name, signature);
  }
  const free = new Map<string, number>();
  for (const spec of signature.inputs) {
    const tensor = inputs[spec.name];
    if (!tensor) throw new InputMismatchError('INFERENCE.MISSING_INPUT', spec.name, `input '${spec.name}' is missing`);
    validateTensor(spec, tensor, free);
  }
}

function validateTensor(spec: TensorSpec, tensor: Tensor, free: Map<string, number>): void {
  if (tensor.dtype !== spec.dtype) {
    throw new InputMismatchError('INFERENCE.DTYPE_MISMATCH', spec.name, `input '${spec.name}' has type ${tensor.dtype}, expected ${spec.dtype}`);
  }
  if (!fits(spec, tensor, free)) {
    const expected = spec.axes.map((axis) => free.get(String(axis)) ?? (typeof axis === 'string' ? -1 : axis));
    throw new InputMismatchError('INFERENCE.SHAPE_MISMATCH', spec.name, `input '${spec.name}' has shape [${tensor.shape}], expected [${expected}]`);
  }
}

/** Sizes fixed by the graph must match; a free axis must be the same wherever its name stands. */
function fits(spec: TensorSpec, tensor: Tensor, free: Map<string, number>): boolean {
  if (tensor.shape.length !== spec.axes.length) return false;
  return spec.axes.every((axis, index) => {
    const size = tensor.shape[index]!;
    if (typeof axis === 'number') return size === axis;
    if (axis === '') return true;
    if (!free.has(axis)) free.set(axis, size);
    return free.get(axis) === size;
  });
}

function unknownInput(name: string, { inputs }: Signature): InputMismatchError {
  const known = inputs.map((spec) => spec.name).join(', ');
  return new InputMismatchError('INFERENCE.UNKNOWN_INPUT', name.slice(0, 60), `unknown input '${name.slice(0, 60)}', the model takes: ${known}`);
}
