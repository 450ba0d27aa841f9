import { setImmediate as nextTurn } from 'node:timers/promises';
import { CallerGoneError, CortexError, internalContext, type ErrorKind } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import { ManualRun } from '../testing';
import { Batcher, type BatcherOptions } from './batcher';
import type { BatchItem } from './planner';
import { retryByKind } from './retry';

interface Row extends BatchItem {
  readonly name: string;
}

class RunError extends CortexError {
  readonly code = 'TEST.RUN';

  constructor(readonly kind: ErrorKind) {
    super('the run failed');
  }
}

const row = (name: string): Row => ({ name, rows: 1, length: 32, group: 'a' });
const rows = (name: string, count: number) => Array.from({ length: count }, (_, i) => row(`${name}${i}`));
const namesOf = (items: readonly Row[]) => items.map(({ name }) => name);

function setup(overrides: Partial<BatcherOptions> = {}) {
  const model = new ManualRun<Row, string>();
  const options = { maxBatchRows: 8, parallelism: 1, costModel: { c0: 1, c1: 0.05, c2: 0 }, dispatch: 'now', ...overrides } as const;
  const batcher = new Batcher<Row, string>(model.run, options, new FakeClock());
  const submit = (items: readonly Row[], context = internalContext()) => batcher.submit(items, context);
  const finish = async () => {
    const batch = model.running[0]!;
    batch.finish(namesOf(batch.items));
    await nextTurn();
  };
  const fail = async (error: unknown) => {
    model.running[0]!.fail(error);
    await nextTurn();
  };
  /** What ran so far, a list of names a batch. */
  const ran = () => model.started.map(namesOf);
  return { batcher, model, submit, finish, fail, ran };
}

describe('retryByKind', () => {
  it.each([
    [new RunError('unprocessable'), 'apart'],
    [new RunError('unavailable'), 'again'],
    [new RunError('invalid'), 'never'],
    [new Error('a bug'), 'never'],
  ])('answers %p with %p', (error, retry) => expect(retryByKind(error)).toBe(retry));
});

describe('Batcher', () => {
  describe('a run that fails', () => {
    it('fails exactly the items of its batch', async () => {
      const { submit, finish, fail } = setup();
      const failing = submit([row('bad')]);
      const waiting = submit([row('good')]);
      const expectation = expect(failing).rejects.toThrow('boom');
      await fail(new Error('boom'));
      await expectation;
      await finish();
      expect(await waiting).toEqual(['good']);
    });

    it('does not run the rest of a request that has failed', async () => {
      const { submit, fail, ran, batcher } = setup({ maxBatchRows: 2 });
      const outcome = expect(submit(rows('a', 6))).rejects.toThrow('boom');
      await fail(new Error('boom'));
      await outcome;
      expect(ran()).toHaveLength(1);
      expect(batcher.backlogMs).toBe(0);
    });

    it('runs what several callers shared once more apart, so that bad input fails only its own', async () => {
      const { submit, finish, fail, ran } = setup();
      void submit([row('busy')]);
      const bad = submit([row('bad0'), row('bad1')]);
      const good = submit([row('good')]);
      await finish();
      const expectation = expect(bad).rejects.toThrow(RunError);
      await fail(new RunError('unprocessable'));
      await fail(new RunError('unprocessable'));
      await finish();
      await expectation;
      expect(await good).toEqual(['good']);
      expect(ran().slice(1).map((names) => names.sort())).toEqual([['bad0', 'bad1', 'good'], ['bad0', 'bad1'], ['good']]);
    });

    it('does not repeat bad input that ran alone', async () => {
      const { submit, fail, ran } = setup();
      const outcome = expect(submit(rows('bad', 2))).rejects.toThrow(RunError);
      await fail(new RunError('unprocessable'));
      await outcome;
      expect(ran()).toHaveLength(1);
    });

    it('repeats a lost batch once, not twice', async () => {
      const { submit, fail, ran } = setup();
      const outcome = expect(submit(rows('a', 2))).rejects.toThrow(RunError);
      await fail(new RunError('unavailable'));
      await fail(new RunError('unavailable'));
      await outcome;
      expect(ran()).toEqual([['a0', 'a1'], ['a0', 'a1']]);
    });

    it('does not repeat what nobody waits for any more', async () => {
      const { submit, fail, ran, batcher } = setup();
      const controller = new AbortController();
      const outcome = expect(submit(rows('a', 2), internalContext({ signal: controller.signal }))).rejects.toThrow(CallerGoneError);
      controller.abort(new CallerGoneError());
      await fail(new RunError('unavailable'));
      await outcome;
      expect(ran()).toHaveLength(1);
      expect(batcher.depth('medium')).toBe(0);
    });

    it('asks the given rule what to repeat', async () => {
      const { submit, finish, fail } = setup({ retry: (error) => (error instanceof RangeError ? 'again' : 'never') });
      const outcome = submit([row('a')]);
      await fail(new RangeError());
      await finish();
      expect(await outcome).toEqual(['a']);
    });

    it('is reported as a bug when the results do not match the items', async () => {
      const { submit, model } = setup();
      const outcome = expect(submit(rows('a', 2))).rejects.toThrow('1 results for 2 items. This is a bug.');
      model.running[0]!.finish(['a0']);
      await outcome;
    });
  });
});
