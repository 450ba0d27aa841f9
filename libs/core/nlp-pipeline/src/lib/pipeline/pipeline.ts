import { internalContext, type RequestContext } from '@cortex/kernel';
import { TextsTooLargeError } from '../nlp-pipeline.errors';
import type { Doc } from '../doc';
import type { Models } from '../run';
import type { Step } from '../step';
import { TextStream } from '../text-stream';
import type { Condition } from './condition';
import { execute } from './execute';
import { planOf, type PlacedStep, type PlannedStep } from './plan';
import { inBatches } from './in-batches';

/** UTF-16 units of all texts of one run. */
export const MOST_CHARACTERS = 16 * 2 ** 20;

export interface PipelineParts {
  /** For steps that ask models. */
  readonly models?: Models;
  /** More characters in one run are refused. Default 16 Mi. */
  readonly maxCharacters?: number;
}

export interface Placing<As extends string = string> {
  /** Another name for the step's part. */
  readonly as?: As;
  /** Only for texts that fulfil it. */
  readonly when?: Condition;
  /** Further parts to wait for. */
  readonly after?: readonly string[];
}

/** Steps over texts. Immutable: `use` gives a new one. The type of its Docs has exactly the parts that were used. */
export class Pipeline<Parts extends object = object> {
  #plan: readonly PlannedStep[] | undefined;

  private constructor(
    private readonly given: PipelineParts,
    private readonly placed: readonly PlacedStep[],
  ) {}

  static with(given: PipelineParts): Pipeline<object> {
    return new Pipeline(given, []);
  }

  /** The parts that its Docs have, in the order that they have them in, and the name of the step that gives each. @throws as `plan` */
  get parts(): readonly { readonly part: string; readonly step: string }[] {
    return this.plan().map(({ as: part, step: { name: step } }) => ({ part, step }));
  }

  /** A part that a condition may keep from being made is optional. */
  use<Part extends string, Value>(step: Step<Part, Value>): Pipeline<Parts & Record<Part, Value>>;
  use<Value, As extends string>(step: Step<string, Value>, placing: { readonly as: As; readonly after?: readonly string[] }): Pipeline<Parts & Record<As, Value>>;
  use<Part extends string, Value, As extends string = Part>(step: Step<Part, Value>, placing: Placing<As>): Pipeline<Parts & Partial<Record<As, Value>>>;
  use(step: Step, placing: Placing = {}): Pipeline<Parts> {
    const { as = step.gives, ...rest } = placing;
    return new Pipeline(this.given, [...this.placed, { step, as, ...rest, path: `steps[${this.placed.length}]` }]);
  }

  /** Loads what the first run would wait for. */
  async warmUp(): Promise<void> {
    await Promise.all(this.placed.map(({ step }) => step.warmUp()));
  }

  /** @throws OutputNotMadeError, DuplicateOutputError, PipelineCycleError */
  plan(): readonly PlannedStep[] {
    return (this.#plan ??= planOf(this.placed));
  }

  /** A Doc a text, in their order. @throws TextsTooLargeError, what `plan` throws, and what holds for all texts: no such model, no room, too late */
  run(texts: readonly string[], context: RequestContext = internalContext()): Promise<readonly Doc<Parts>[]> {
    return this.#execute(texts, new TextStream(), context);
  }

  /** The same for a stream of any length, a bounded batch at a time; asks for more texts only when the Docs of the last batch were taken. */
  async *stream(texts: AsyncIterable<string> | Iterable<string>, context: RequestContext = internalContext()): AsyncGenerator<Doc<Parts>> {
    for await (const docs of this.batches(texts, context)) yield* docs;
  }

  /** The Docs of a stream as its batches come. */
  async *batches(texts: AsyncIterable<string> | Iterable<string>, context: RequestContext = internalContext()): AsyncGenerator<readonly Doc<Parts>[]> {
    const stream = new TextStream();
    for await (const batch of inBatches(texts)) yield await this.#execute(batch, stream, context);
  }

  async #execute(texts: readonly string[], stream: TextStream, context: RequestContext): Promise<readonly Doc<Parts>[]> {
    const plan = this.plan();
    const limit = this.given.maxCharacters ?? MOST_CHARACTERS;
    const characters = texts.reduce((sum, text) => sum + text.length, 0);
    if (characters > limit) throw new TextsTooLargeError(characters, limit);
    return (await execute(plan, texts, { context, stream, models: this.given.models })) as readonly Doc<Parts>[];
  }
}

/** Begins a pipeline: `pipeline({ models }).use(language()).use(entities())`. */
export function pipeline(given: PipelineParts = {}): Pipeline<object> {
  return Pipeline.with(given);
}
