import { getMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CallerGoneError, DeadlineExceededError, internalContext, type RequestContext } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import { ManualRun } from '../testing';
import { Batcher, type BatcherOptions, type BatchReport } from './batcher';
import { BatcherClosedError } from './batching.errors';
import { costOf } from './cost-model';
import type { BatchItem } from './planner';

interface Row extends BatchItem {
  readonly name: string;
}

const costModel = { c0: 1, c1: 0.05, c2: 0 };
const row = (name: string, length = 32, group = 'a'): Row => ({ name, rows: 1, length, group });
const rows = (name: string, count: number, length?: number) => Array.from({ length: count }, (_, i) => row(`${name}${i}`, length));
const namesOf = (items: readonly Row[]) => items.map(({ name }) => name);
const by = (priority: RequestContext['priority']) => internalContext({ priority });

function setup(overrides: Partial<BatcherOptions> = {}) {
  const clock = new FakeClock();
  const model = new ManualRun<Row, string>();
  const reports: BatchReport[] = [];
  const options = { maxBatchRows: 8, parallelism: 1, costModel, dispatch: 'now', ...overrides } as const;
  const batcher = new Batcher<Row, string>(model.run, options, clock, (report) => reports.push(report));
  const submit = (items: readonly Row[], context = internalContext()) => batcher.submit(items, context);
  const finish = async () => {
    const batch = model.running[0]!;
    batch.finish(namesOf(batch.items), 7);
    await nextTurn();
  };
  /** What ran so far, a list of names a batch. */
  const ran = () => model.started.map(namesOf);
  return { batcher, clock, model, reports, submit, finish, ran };
}

describe('Batcher', () => {
  describe('submit', () => {
    it('runs at once what finds a free slot', () => {
      const { submit, ran } = setup();
      void submit(rows('a', 2));
      expect(ran()).toEqual([['a0', 'a1']]);
    });

    it('returns each caller its own rows in its own order, whatever travelled together', async () => {
      const { submit, finish, ran } = setup();
      void submit([row('busy')]);
      const first = submit([row('a-long', 60), row('a-short', 10)]);
      const second = submit([row('b-short', 11), row('b-long', 61)]);
      for (let i = 0; i < 3; i += 1) await finish();
      expect(ran().slice(1)).toEqual([['a-long', 'b-long'], ['a-short', 'b-short']]);
      expect(await first).toEqual(['a-long', 'a-short']);
      expect(await second).toEqual(['b-short', 'b-long']);
    });

    it('answers nothing with nothing', async () => {
      expect(await setup().submit([])).toEqual([]);
    });

    it('spreads few rows over idle slots instead of filling one', () => {
      const { submit, ran } = setup({ parallelism: 2 });
      void submit(rows('a', 8));
      expect(ran().map((names) => names.length)).toEqual([4, 4]);
    });

    it('records wait, run and batch in the timings of everyone and in one report', async () => {
      const { submit, finish, clock, reports } = setup();
      void submit([row('busy')]);
      const early = internalContext();
      const late = internalContext();
      void submit([row('a', 30)], early);
      clock.advance(5);
      void submit([row('b', 32)], late);
      clock.advance(4);
      await finish();
      await finish();
      expect(early.timings).toMatchObject({ queueMs: 9, runMs: 7, batch: { rows: 2, tokens: 62 } });
      expect(late.timings).toMatchObject({ queueMs: 4, runMs: 7, batch: { rows: 2, tokens: 62 } });
      expect(reports[1]).toEqual({ rows: 2, tokens: 62, paddedTokens: 64, queueMs: 9, runMs: 7 });
    });
  });

  describe('priorities', () => {
    it('lets a high request pass low ones, and a low one that has waited long pass a fresh high one', async () => {
      const { submit, finish, clock, ran } = setup({ maxBatchRows: 1 });
      void submit([row('busy')]);
      void submit([row('old')], by('low'));
      clock.advance(20_000);
      void submit([row('low')], by('low'));
      void submit([row('high')], by('high'));
      for (let i = 0; i < 4; i += 1) await finish();
      expect(ran()).toEqual([['busy'], ['old'], ['high'], ['low']]);
    });

    it('never lets a backlog of bulk work pass whoever comes', async () => {
      const { submit, finish, clock, ran } = setup();
      void submit(rows('bulk', 16), by('low'));
      clock.advance(1_500);
      void submit([row('person')], by('medium'));
      await finish();
      expect(ran()[1]).toEqual(['person']);
    });

    it('lets no less urgent rows ride along: they would hold up the urgent one', async () => {
      const { submit, finish, ran } = setup();
      void submit([row('busy')]);
      void submit(rows('bulk', 4), by('low'));
      void submit(rows('person', 2), by('medium'));
      for (let i = 0; i < 2; i += 1) await finish();
      const [, people, bulk] = ran();
      expect([...people!].sort()).toEqual(['person0', 'person1']);
      expect(bulk!.every((name) => name.startsWith('bulk'))).toBe(true);
    });

    it('keeps bulk batches small for as long as more urgent requests keep coming', async () => {
      const { submit, finish, clock, ran } = setup({ costModel: { c0: 1, c1: 0.05, c2: 0 } }); // a row of 32 takes 1.6 ms
      void submit([row('person')], by('medium'));
      void submit(rows('bulk', 20), by('low'));
      await finish();
      await finish();
      clock.advance(2_000);
      await finish();
      expect(ran().map(({ length }) => length)).toEqual([1, 2, 2, 8]);
    });

    it('lets a small request in between the batches of a large one that has waited longer', async () => {
      const { submit, finish, clock, ran } = setup({ maxBatchRows: 1 });
      void submit(rows('large', 100, 200));
      clock.advance(50);
      void submit([row('small')]);
      for (let i = 0; i < 6; i += 1) await finish();
      expect(ran().slice(5)).toContainEqual(['small']);
    });

    it('counts who waits by priority', () => {
      const { batcher, submit } = setup();
      void submit([row('busy')]);
      void submit(rows('a', 2), by('low'));
      void submit(rows('b', 3), by('critical'));
      expect([batcher.depth('critical'), batcher.depth('high'), batcher.depth('low')]).toEqual([3, 0, 2]);
    });
  });

  describe('a caller who leaves', () => {
    it('is refused at the door when gone already', async () => {
      const { submit, ran } = setup();
      await expect(submit([row('a')], internalContext({ signal: AbortSignal.abort(new CallerGoneError()) }))).rejects.toThrow(CallerGoneError);
      expect(ran()).toEqual([]);
    });

    it('hears of a passed deadline while a long batch runs, and is never run', async () => {
      const { submit, finish, ran, batcher } = setup();
      void submit([row('long')]);
      const controller = new AbortController();
      const outcome = submit(rows('late', 2), internalContext({ signal: controller.signal }));
      controller.abort(new DeadlineExceededError(20));
      await expect(outcome).rejects.toThrow(DeadlineExceededError);
      expect(batcher.depth('medium')).toBe(0);
      await finish();
      expect(ran()).toEqual([['long']]);
    });

    it('is let go while its batch runs; the others in it get their rows', async () => {
      const { submit, finish } = setup();
      void submit([row('busy')]);
      const controller = new AbortController();
      const gone = submit([row('gone')], internalContext({ signal: controller.signal }));
      const stays = submit([row('stays')]);
      await finish();
      controller.abort(new CallerGoneError());
      await expect(gone).rejects.toThrow(CallerGoneError);
      await finish();
      expect(await stays).toEqual(['stays']);
    });

    it('leaves no listener behind', async () => {
      const { submit, finish } = setup();
      const { signal } = new AbortController();
      const removed = jest.spyOn(signal, 'removeEventListener');
      const added = jest.spyOn(signal, 'addEventListener');
      const outcome = submit(rows('a', 4), internalContext({ signal }));
      await finish();
      await outcome;
      expect(added).toHaveBeenCalledTimes(1);
      expect(removed.mock.calls[0]).toEqual(added.mock.calls[0]!.slice(0, 2));
    });

    it('may have any number of submissions out without a warning of a leak', () => {
      const { signal } = new AbortController();
      void setup().submit([row('a')], internalContext({ signal }));
      expect(getMaxListeners(signal)).toBe(Infinity);
    });
  });

  describe('dispatch by turn', () => {
    it('runs together what was submitted in one turn', async () => {
      const { submit, finish, ran } = setup({ dispatch: 'turn' });
      const outcomes = [submit([row('a')]), submit([row('b')])];
      await Promise.resolve().then(() => outcomes.push(submit([row('c')])));
      expect(ran()).toEqual([]);
      await nextTurn();
      expect(ran()).toEqual([['a', 'b', 'c']]);
      await finish();
      expect(await Promise.all(outcomes)).toEqual([['a'], ['b'], ['c']]);
    });

    it('leaves the turn to others between two runs', async () => {
      const { submit, finish, ran } = setup({ dispatch: 'turn', maxBatchRows: 2 });
      void submit(rows('a', 4));
      await nextTurn();
      await finish();
      await nextTurn();
      expect(ran()).toEqual([['a0', 'a1'], ['a2', 'a3']]);
    });

    it('does not run those who left before the turn or while they wait', async () => {
      const { submit, finish, ran } = setup({ dispatch: 'turn' });
      const [early, late] = [new AbortController(), new AbortController()];
      const outcomes = Promise.allSettled([early, late].map(({ signal }, i) => submit([row(`gone${i}`, 32, `group${i}`)], internalContext({ signal }))));
      void submit([row('stays', 32, 'group2')], by('critical'));
      early.abort(new CallerGoneError());
      await nextTurn();
      late.abort(new CallerGoneError());
      expect(await outcomes).toEqual([0, 1].map(() => ({ status: 'rejected', reason: expect.any(CallerGoneError) })));
      await finish();
      expect(ran()).toEqual([['stays']]);
    });
  });

  describe('backlogMs', () => {
    it('predicts what waits and runs, shared by the slots', async () => {
      const { batcher, submit, finish } = setup({ parallelism: 2 });
      void submit(rows('running', 2));
      expect(batcher.backlogMs).toBeCloseTo(costOf(costModel, 1, 32));
      void submit(rows('waiting', 8));
      expect(batcher.backlogMs).toBeCloseTo((2 * costOf(costModel, 1, 32) + costOf(costModel, 8, 32)) / 2);
      for (let i = 0; i < 4; i += 1) await finish();
      expect(batcher.backlogMs).toBe(0);
    });
  });

  describe('drain', () => {
    it('resolves at once when there is nothing to do', async () => {
      await expect(setup().batcher.drain()).resolves.toBeUndefined();
    });

    it('finishes what was accepted and takes nothing new', async () => {
      const { batcher, submit, finish } = setup({ maxBatchRows: 1 });
      const accepted = submit(rows('a', 2));
      let drained = false;
      const end = batcher.drain().then(() => (drained = true));
      await expect(submit([row('b')])).rejects.toThrow(BatcherClosedError);
      await finish();
      expect(drained).toBe(false);
      await finish();
      await Promise.all([end, batcher.drain()]);
      expect(await accepted).toEqual(['a0', 'a1']);
    });

    it('resolves when the last one who waits leaves', async () => {
      const { batcher, submit, ran } = setup({ dispatch: 'turn' });
      const controller = new AbortController();
      const outcome = expect(submit([row('gone')], internalContext({ signal: controller.signal }))).rejects.toThrow(CallerGoneError);
      const end = batcher.drain();
      controller.abort(new CallerGoneError());
      await Promise.all([outcome, end]);
      expect(ran()).toEqual([]);
    });
  });
});
