import { throwIfLeft } from '@cortex/kernel';
import type { Run } from '../run';
import type { DocInWork, Outcome } from '../step';

type Rule<Value> = (doc: DocInWork) => Outcome<Value> | Promise<Outcome<Value>>;

/** Outcomes of a rule that reads one text at a time; the thread is given up now and then. What it throws is that text's failure. */
export function eachDoc<Value>(docs: readonly DocInWork[], run: Run, rule: Rule<Value>): Promise<readonly Outcome<Value>[]> {
  return run.pace.inTurn(() => oneByOne(docs, run, rule));
}

/** The same for what waits for models: it leaves the thread to others. */
export async function oneByOne<Value>(docs: readonly DocInWork[], run: Run, rule: Rule<Value>): Promise<readonly Outcome<Value>[]> {
  const outcomes: Outcome<Value>[] = [];
  for (const doc of docs) {
    if (run.pace.isDue()) await run.pace.rest();
    outcomes.push(await outcomeOf(doc, run, rule));
  }
  return outcomes;
}

async function outcomeOf<Value>(doc: DocInWork, { context }: Run, rule: Rule<Value>): Promise<Outcome<Value>> {
  try {
    return await rule(doc);
  } catch (error) {
    throwIfLeft(context);
    return { error };
  }
}

/** All that a generator gives, giving the thread up now and then; undefined is a step that gave nothing. */
export async function collect<T>(items: Iterable<T | undefined>, run: Run): Promise<T[]> {
  const all: T[] = [];
  let steps = 0;
  for (const item of items) {
    if (item !== undefined) all.push(item);
    if (((steps += 1) & 255) === 0 && run.pace.isDue()) await run.pace.rest();
  }
  return all;
}
