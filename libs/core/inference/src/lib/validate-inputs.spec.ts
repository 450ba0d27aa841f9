import { isBatchable, takesTokens, type Signature } from './signature';
import type { Tensor } from './tensor';
import { validateInputs } from './validate-inputs';

const signature: Signature = {
  inputs: [
    { name: 'input_ids', dtype: 'int64', axes: ['batch', 'sequence'] },
    { name: 'attention_mask', dtype: 'int64', axes: ['batch', 'sequence'] },
  ],
  outputs: [{ name: 'hidden', dtype: 'float32', axes: ['batch', 'sequence', 4] }],
};
const ids = (shape: readonly number[]): Tensor => ({ dtype: 'int64', shape, data: new BigInt64Array(shape.reduce((a, b) => a * b, 1)) });

describe('validateInputs', () => {
  it('accepts what the graph takes', () => {
    expect(() => validateInputs(signature, { input_ids: ids([2, 3]), attention_mask: ids([2, 3]) })).not.toThrow();
  });

  it.each([
    ['an unknown name', { input_ids: ids([1, 2]), attention_mask: ids([1, 2]), extra: ids([1]) }, /unknown input 'extra'.*input_ids, attention_mask/],
    ['a missing tensor', { input_ids: ids([1, 2]) }, /'attention_mask' is missing/],
    ['a wrong dtype', { input_ids: { ...ids([1, 2]), dtype: 'float32' as const }, attention_mask: ids([1, 2]) }, /has type float32, expected int64/],
    ['a wrong rank', { input_ids: ids([2]), attention_mask: ids([1, 2]) }, /has shape \[2\], expected \[-1,-1\]/],
    ['axes of one name that differ', { input_ids: ids([1, 2]), attention_mask: ids([1, 3]) }, /'attention_mask' has shape \[1,3\], expected \[1,2\]/],
  ])('refuses %s and names it', (_what, inputs, message) => {
    expect(() => validateInputs(signature, inputs)).toThrow(message);
  });
});

describe('Signature', () => {
  it('knows graphs whose rows may share a batch', () => {
    expect(isBatchable(signature)).toBe(true);
    expect(isBatchable({ ...signature, outputs: [{ name: 'sum', dtype: 'float32', axes: [] }] })).toBe(false);
    expect(isBatchable({ ...signature, inputs: [{ name: 'x', dtype: 'float32', axes: [1, 3] }] })).toBe(false);
  });

  it('knows a text encoder by its inputs', () => {
    expect(takesTokens(signature)).toBe(true);
    expect(takesTokens({ ...signature, inputs: [{ name: 'x', dtype: 'float32', axes: ['n'] }] })).toBe(false);
  });
});
