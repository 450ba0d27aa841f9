import { setImmediate as nextTurn } from 'node:timers/promises';
import { CallerGoneError, PRIORITIES, internalContext } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import * as fc from 'fast-check';
import { ManualRun, type ManualBatch } from '../testing';
import { Batcher } from './batcher';
import type { BatchItem } from './planner';

interface Row extends BatchItem {
  readonly name: string;
}
/** What the whole scenario did to one submission. */
interface Story {
  readonly names: readonly string[];
  readonly outcome: Promise<unknown>;
  readonly controller: AbortController;
}

const LIMITS = { maxBatchRows: 6, maxBatchTokens: 200, costModel: { c0: 1, c1: 0.05, c2: 0 } };
const FAILURES = { again: new Error('again'), apart: new Error('apart'), never: new Error('never') };
type Failure = keyof typeof FAILURES;

const shape = fc.record({
  rows: fc.integer({ min: 1, max: 3 }),
  length: fc.integer({ min: 1, max: 120 }),
  group: fc.constantFrom('a', 'b'),
});
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('submit' as const), shapes: fc.array(shape, { minLength: 1, maxLength: 9 }), priority: fc.constantFrom(...PRIORITIES) }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('finish' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('fail' as const), which: fc.nat(), failure: fc.constantFrom<Failure>('again', 'apart', 'never') }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('abort' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 900 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** An end's turn asks for another one. */
const settle = async () => {
  await nextTurn();
  await nextTurn();
};

class Scenario {
  readonly #clock = new FakeClock();
  readonly #model = new ManualRun<Row, string>();
  readonly #batcher: Batcher<Row, string>;
  readonly #stories: Story[] = [];
  readonly #failed = new Set<string>();

  constructor(private readonly parallelism: number, dispatch: 'now' | 'turn') {
    const retry = (error: unknown) => (error as Error).message as Failure;
    this.#batcher = new Batcher(this.#model.run, { ...LIMITS, parallelism, dispatch, retry }, this.#clock);
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const one of steps) {
      this.#take(one);
      await settle();
      this.#checkRunning();
    }
    const drained = this.#batcher.drain();
    while (this.#model.running.length > 0) {
      this.#finish(this.#model.running[0]!);
      await settle();
      this.#checkRunning();
    }
    await drained;
    for (const story of this.#stories) await this.#checkOutcome(story);
    this.#checkRuns();
  }

  #take(one: Step): void {
    const { running } = this.#model;
    if (one.does === 'submit') this.#submit(one);
    else if (one.does === 'wait') this.#clock.advance(one.ms);
    else if (one.does === 'abort') this.#stories.at(one.which % (this.#stories.length || 1))?.controller.abort(new CallerGoneError());
    else if (running.length > 0 && one.does === 'finish') this.#finish(running[one.which % running.length]!);
    else if (running.length > 0 && one.does === 'fail') this.#fail(running[one.which % running.length]!, one.failure);
  }

  #submit({ shapes, priority }: Extract<Step, { does: 'submit' }>): void {
    const items = shapes.map((one, i) => ({ ...one, name: `${this.#stories.length}:${i}` }));
    const controller = new AbortController();
    const context = internalContext({ priority, signal: controller.signal });
    const outcome = this.#batcher.submit(items, context).catch((error: unknown) => error);
    this.#stories.push({ names: items.map(({ name }) => name), outcome, controller });
  }

  #finish(batch: ManualBatch<Row, string>): void {
    batch.finish(batch.items.map(({ name }) => name));
  }

  #fail(batch: ManualBatch<Row, string>, failure: Failure): void {
    for (const { name } of batch.items) this.#failed.add(name);
    batch.fail(FAILURES[failure]);
  }

  #checkRunning(): void {
    expect(this.#model.running.length).toBeLessThanOrEqual(this.parallelism);
    if (PRIORITIES.some((priority) => this.#batcher.depth(priority) > 0)) expect(this.#model.running.length).toBe(this.parallelism);
    for (const { items } of this.#model.running) {
      const rows = items.reduce((sum, item) => sum + item.rows, 0);
      const padded = rows * Math.max(...items.map(({ length }) => length));
      expect(new Set(items.map(({ group }) => group)).size).toBe(1);
      expect(items.length === 1 || (rows <= LIMITS.maxBatchRows && padded <= LIMITS.maxBatchTokens)).toBe(true);
    }
  }

  async #checkOutcome({ names, outcome, controller }: Story): Promise<void> {
    const result = await outcome;
    if (Array.isArray(result)) expect(result).toEqual(names);
    else if (result instanceof CallerGoneError) expect(controller.signal.aborted).toBe(true);
    else expect(Object.values(FAILURES).includes(result as Error) && names.some((name) => this.#failed.has(name))).toBe(true);
  }

  /** Nothing lost, nothing twice: once each, and once more at most after a failure. */
  #checkRuns(): void {
    const runs = new Map<string, number>();
    for (const { name } of this.#model.started.flat()) runs.set(name, (runs.get(name) ?? 0) + 1);
    for (const [name, count] of runs) expect(count).toBeLessThanOrEqual(this.#failed.has(name) ? 2 : 1);
  }
}

describe('Batcher', () => {
  it.each(['now', 'turn'] as const)('keeps its promises through any order of submits, ends, failures and departures (%s)', async (dispatch) => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (steps, parallelism) =>
      new Scenario(parallelism, dispatch).play(steps),
    ), { numRuns: 150 });
  });
});
