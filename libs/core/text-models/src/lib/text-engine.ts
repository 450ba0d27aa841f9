import type { Head, TokenRow } from '@cortex/inference';
import type { Clock, RequestContext } from '@cortex/kernel';
import { NoDefaultModelError, type ModelRegistry, type ModelVersion, type ResolvedModel, type Task } from '@cortex/model-registry';
import type { Orchestrator, RoutedCall, ServedModel } from '@cortex/orchestrator';
import { WrongTaskError } from './text-models.errors';
import { TextReader, type ReadTexts } from './text-reader';
import type { Encoding, Tokenizer } from './tokenizer.port';
import type { Tokenizers } from './tokenizers';

/** For a model that reads text and does not say how much of it. */
const DEFAULT_MAX_TOKENS = 512;

export interface TextEngineParts {
  readonly registry: Pick<ModelRegistry, 'resolve' | 'defaultFor'>;
  readonly orchestrator: Pick<Orchestrator, 'infer' | 'route' | 'glance'>;
  readonly tokenizers: Tokenizers;
  readonly clock: Clock;
}

/** What every head needs: the model for its task, texts as rows, rows as vectors. */
export class TextEngine {
  readonly reader: TextReader;

  constructor(private readonly parts: TextEngineParts) {
    this.reader = new TextReader(parts.clock);
  }

  /** The named model, or the default of the first task that has one. @throws NoDefaultModelError, and what registry throws */
  async resolve({ reference, tasks }: Wanted, context: RequestContext): Promise<ResolvedModel> {
    return this.parts.registry.resolve(reference ?? this.#defaultFor(tasks), context);
  }

  /** Asks the named model, or the default of the first task that has one, through its rollout where it has one. @throws WrongTaskError, and what registry and call throw */
  async ask<T>(wanted: Wanted, call: RoutedCall<T>, context: RequestContext): Promise<T> {
    const { tasks } = wanted;
    const model = await this.resolve(wanted, context);
    const { name, task } = model.version;
    if (!tasks.includes(task)) throw new WrongTaskError(name, task, tasks[0], this.#alternative(tasks));
    this.parts.orchestrator.glance(context); // a full house is no place to read texts in
    return this.parts.orchestrator.route(model, call, context);
  }

  /** A model that reads text, whatever its task; by default the embedding one. */
  async resolveReader(reference: string | undefined): Promise<ModelVersion> {
    const { version } = await this.parts.registry.resolve(reference ?? this.#defaultFor(['embed']));
    return version;
  }

  /** @throws NoTokenizerError, TokenizerBrokenError */
  tokenizerOf(version: ModelVersion): Promise<Tokenizer> {
    return this.parts.tokenizers.open(version);
  }

  /** Of a row, special tokens included. */
  maxTokensOf({ maxTokens }: ModelVersion): number {
    return maxTokens || DEFAULT_MAX_TOKENS;
  }

  async read<T>(inputs: readonly T[], reading: Reading<T>, context: RequestContext): Promise<ReadTexts> {
    const { version, truncate, encode } = reading;
    const maxTokens = this.maxTokensOf(version);
    const encodings = (function* () {
      for (const input of inputs) yield encode(input, maxTokens);
    })();
    return this.reader.read(encodings, { maxTokens, truncate }, context);
  }

  async run(model: ResolvedModel, { rows, head }: { readonly rows: readonly TokenRow[]; readonly head: Head }, context: RequestContext): Promise<Answer> {
    const { model: served, output } = await this.parts.orchestrator.infer({ model, work: { kind: 'tokens', rows, head } }, context);
    return { model: served, vectors: output.vectors };
  }

  #defaultFor(tasks: readonly [Task, ...Task[]]): string {
    const found = this.#alternative(tasks);
    if (found === undefined) throw new NoDefaultModelError(tasks[0]);
    return found;
  }

  #alternative(tasks: readonly Task[]): string | undefined {
    for (const task of tasks) {
      try {
        return this.parts.registry.defaultFor(task);
      } catch (error) {
        if (!(error instanceof NoDefaultModelError)) throw error;
      }
    }
    return undefined;
  }
}

/** A model by reference, for one of these tasks, the preferred one first. */
export interface Wanted {
  readonly reference: string | undefined;
  readonly tasks: readonly [Task, ...Task[]];
}

export interface Reading<T> {
  readonly version: ModelVersion;
  readonly truncate: boolean;
  readonly encode: (input: T, maxTokens: number) => Encoding;
}

export interface Answer {
  readonly model: ServedModel;
  /** A vector a row, in the order of the rows. */
  readonly vectors: readonly Float32Array[];
}
