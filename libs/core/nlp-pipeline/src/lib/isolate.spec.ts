import { CallerGoneError, CortexError, internalContext, type ErrorKind } from '@cortex/kernel';
import fc from 'fast-check';
import { isolate } from './isolate';

class TestError extends CortexError {
  readonly code = 'TEST.REFUSED';

  constructor(
    readonly kind: ErrorKind,
    override readonly field?: string,
  ) {
    super('refused');
  }
}
const refusing = (bad: (item: number) => boolean, error: Error, asked: number[] = []) => async (items: readonly number[]) => {
  asked.push(items.length);
  if (items.some(bad)) throw error;
  return items.map((item) => item * 2);
};

describe('isolate', () => {
  it('gives each its answer, or its error, in at most 2n requests', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 9 }), { maxLength: 40 }), async (items) => {
        const asked: number[] = [];
        const error = new TestError('unprocessable');
        const answers = await isolate(items, refusing((item) => item === 3, error, asked), internalContext());
        expect(answers).toEqual(items.map((item) => (item === 3 ? { error } : { value: item * 2 })));
        expect(asked.length).toBeLessThanOrEqual(Math.max(1, 2 * items.length));
      }),
    );
  });

  it.each(['invalid', 'unprocessable', 'too-large'] as const)('takes what is %s for one text\'s', async (kind) => {
    await expect(isolate([1, 2], refusing((item) => item === 1, new TestError(kind)), internalContext())).resolves.toMatchObject([{ error: { kind } }, { value: 4 }]);
  });

  it.each(['not-found', 'overloaded', 'unavailable', 'expired', 'forbidden'] as const)('throws at once what is %s, for it holds for all', async (kind) => {
    const asked: number[] = [];
    await expect(isolate([1, 2, 3], refusing(() => true, new TestError(kind), asked), internalContext())).rejects.toMatchObject({ kind });
    expect(asked).toEqual([3]);
  });

  it('throws at once what is about the model', async () => {
    await expect(isolate([1, 2], refusing(() => true, new TestError('invalid', 'model')), internalContext())).rejects.toMatchObject({ field: 'model' });
  });

  it('asks no further once nobody waits', async () => {
    const leave = new AbortController();
    const asked: number[] = [];
    const ask = async (items: readonly number[]) => {
      asked.push(items.length);
      leave.abort(new CallerGoneError());
      throw new Error('boom');
    };
    await expect(isolate([1, 2], ask, internalContext({ signal: leave.signal }))).rejects.toBeInstanceOf(CallerGoneError);
    expect(asked).toEqual([2]);
  });
});
