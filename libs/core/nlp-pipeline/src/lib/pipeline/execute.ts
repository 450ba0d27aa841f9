import { hasLeft, throwIfLeft, type RequestContext } from '@cortex/kernel';
import { NeedsMissingError } from '../nlp-pipeline.errors';
import type { Doc } from '../doc';
import { Run, type Models } from '../run';
import type { DocInWork, Outcome } from '../step';
import { failureOf, type StepFailure } from '../step-failure';
import { TextStream } from '../text-stream';
import { holds } from './condition';
import type { PlannedStep } from './plan';

/** A text on its way. Each step writes its own part and no other, so that steps may run at the same time. */
class Draft implements DocInWork {
  readonly parts: Record<string, unknown> = {};
  readonly engines: Record<string, string> = {};
  readonly windows: Record<string, number> = {};
  /** By the part that its step did not give. */
  readonly failures: Record<string, StepFailure> = {};

  constructor(
    readonly text: string,
    readonly index: number,
  ) {}

  settle({ as, step }: PlannedStep, outcome: Outcome<unknown>): void {
    if ('error' in outcome) return this.fail({ as, step }, outcome.error);
    this.parts[as] = outcome.value;
    this.engines[as] = outcome.engine;
    if (outcome.windows !== undefined) this.windows[as] = outcome.windows;
  }

  fail({ as, step }: Pick<PlannedStep, 'as' | 'step'>, error: unknown): void {
    this.failures[as] = failureOf(step.name, error);
  }

  /** In the order of the plan, whichever step was ready first. */
  toDoc(plan: readonly PlannedStep[]): Doc {
    const windows = ordered(plan, this.windows);
    const errors = Object.values(ordered(plan, this.failures));
    return {
      text: this.text,
      offsetUnit: 'utf16',
      ...ordered(plan, this.parts),
      engines: ordered(plan, this.engines),
      ...(Object.keys(windows).length > 0 && { windows }),
      ...(errors.length > 0 && { errors }),
    } as Doc;
  }
}

function ordered<T>(plan: readonly PlannedStep[], values: Readonly<Record<string, T>>): Record<string, T> {
  const inOrder: Record<string, T> = {};
  for (const { as } of plan) if (Object.hasOwn(values, as)) inOrder[as] = values[as]!;
  return inOrder;
}

/** Runs each step as soon as what it waits for is there. A text's failure is its own; what a step throws stops all, and is thrown once they have come to rest. */
export async function execute(plan: readonly PlannedStep[], texts: readonly string[], { context, models, stream = new TextStream() }: Surroundings): Promise<readonly Doc[]> {
  const stop = new AbortController();
  const run = new Run(stoppable(context, stop.signal), models, stream);
  const drafts = texts.map((text, index) => new Draft(text, stream.before + index));
  stream.before += texts.length;
  const done = new Map<string, Promise<void>>();
  for (const planned of plan) {
    const before = planned.waitsFor.map((part) => done.get(part)!);
    done.set(planned.as, Promise.all(before).then(() => runStep(planned, drafts, run)));
    done.get(planned.as)!.catch((error: unknown) => stop.abort(error));
  }
  await Promise.allSettled(done.values());
  stop.signal.throwIfAborted();
  return drafts.map((draft) => draft.toDoc(plan));
}

export interface Surroundings {
  readonly context: RequestContext;
  readonly models: Models | undefined;
  /** Where the texts are the next batch of one. */
  readonly stream?: TextStream;
}

/** The caller's context, which ends with `signal`, too. */
function stoppable(context: RequestContext, signal: AbortSignal): RequestContext {
  return { ...context, signal: AbortSignal.any([context.signal, signal]), hasLeft: () => signal.aborted || hasLeft(context) };
}

async function runStep(planned: PlannedStep, drafts: readonly Draft[], run: Run): Promise<void> {
  const ready = drafts.filter((draft) => isReady(planned, draft));
  if (ready.length === 0) return;
  const outcomes = await planned.step.run(ready, run);
  throwIfLeft(run.context);
  for (const [index, draft] of ready.entries()) draft.settle(planned, outcomes[index]!);
}

/** What it needs is there, and its condition holds. What a condition kept from being made is missing in silence: that is its branch. */
function isReady(planned: PlannedStep, draft: Draft): boolean {
  if (planned.when && !holds(planned.when, draft)) return false;
  const missing = planned.needs.filter((part) => !Object.hasOwn(draft.parts, part));
  const failed = missing.find((part) => Object.hasOwn(draft.failures, part));
  if (failed !== undefined) draft.fail(planned, new NeedsMissingError(failed));
  return missing.length === 0;
}
