import fc from 'fast-check';
import { InputMismatchError, RunFailedError } from '@cortex/inference';
import { ModelNotFoundError } from '@cortex/model-registry';
import { RowFaultError } from '../tasks/row-faults';
import { isolating } from './isolate';

/** A model that refuses all rows for the sake of some, and names the first of them or not. */
function picky(bad: ReadonlySet<number>, names: boolean) {
  const asked: (readonly number[])[] = [];
  const ask = async (questions: readonly number[]) => {
    asked.push(questions);
    const at = questions.findIndex((question) => bad.has(question));
    if (at < 0) return questions.map((question) => [question]);
    throw names ? new RowFaultError(at, { code: 'TEXT.TOO_LONG', message: 'too long' }) : new RunFailedError('m', 'no such id');
  };
  return { ask, asked };
}

describe('isolating', () => {
  it('asks once where nothing fails', async () => {
    const { ask, asked } = picky(new Set(), false);
    expect(await isolating([1, 2], ask)).toEqual([{ values: [1] }, { values: [2] }]);
    expect(asked).toEqual([[1, 2]]);
  });

  it.each([true, false])('fails those alone that are to blame, each at its place (named by the error: %s)', async (names) => {
    const cases = fc.uniqueArray(fc.nat(40), { maxLength: 40 }).chain((questions) => fc.record({ questions: fc.constant(questions), bad: fc.subarray(questions) }));
    await fc.assert(fc.asyncProperty(cases, async ({ questions, bad }) => {
      const { ask, asked } = picky(new Set(bad), names);
      const error = names ? { code: 'TEXT.TOO_LONG', message: 'too long' } : { code: 'INFERENCE.RUN_FAILED', message: expect.any(String) };
      expect(await isolating(questions, ask)).toEqual(questions.map((question) => (bad.includes(question) ? { error } : { values: [question] })));
      expect(asked.length).toBeLessThanOrEqual(2 * questions.length + 1);
    }));
  });

  it('asks nobody twice who is not beside one to blame', async () => {
    const { ask, asked } = picky(new Set([5]), true);
    await isolating([1, 2, 3, 4, 5, 6, 7], ask);
    expect(asked).toEqual([[1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4], [6, 7]]);
  });

  it.each([
    ['a bug', new Error('x')],
    ['a model that is gone', new ModelNotFoundError('m', [])],
  ])('throws %s, for which no row is to blame', async (_what, error) => {
    await expect(isolating([1, 2], () => Promise.reject(error))).rejects.toBe(error);
  });

  it('takes what the model does not accept for the row that brings it', async () => {
    const error = new InputMismatchError('INFERENCE.SHAPE_MISMATCH', 'x', 'the shape is [1]');
    expect(await isolating([1], () => Promise.reject(error))).toEqual([{ error: { code: 'INFERENCE.SHAPE_MISMATCH', message: 'the shape is [1]' } }]);
  });
});
