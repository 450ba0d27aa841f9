import type { RequestContext } from '@cortex/kernel';
import { LRUCache } from 'lru-cache';
import type { Doc, OffsetUnit } from './doc';
import { withOffsets } from './offsets';
import { compile, completed } from './pipeline/compile';
import type { StepEntry } from './pipeline/definition';
import { Pipeline, type PipelineParts } from './pipeline/pipeline';
import type { Pipelines } from './pipeline/pipelines';
import type { StepKind } from './steps/define-step';
import type { StepKinds } from './steps/step-kinds';

export interface AnalyzeOptions {
  /** Names of steps, or steps with parameters; what they need comes by itself, of two for one part the later stands. Default: the options' default steps. */
  readonly steps?: readonly (string | StepEntry)[];
  /** ISO 639-1, where the caller knows: nothing is detected. */
  readonly language?: string;
  /** Default utf16. */
  readonly offsetUnit?: OffsetUnit;
}

export interface NlpSettings extends PipelineParts {
  readonly defaultSteps: readonly string[];
  /** Lists of steps that are kept compiled. */
  readonly compiledPipelines: number;
}

/** Characters of a list of steps that is kept: a longer one (with a list of allowed words, say) is seldom asked for again. */
const LONGEST_KEPT = 2_000;

/** Understands texts: by steps that are named (`analyze`), or by pipelines. */
export class Nlp {
  /** By what was asked for, as JSON. */
  readonly #compiled: LRUCache<string, Pipeline>;

  constructor(
    private readonly kinds: StepKinds,
    private readonly settings: NlpSettings,
    /** Pipelines by name: stored, aliased, run. */
    readonly pipelines: Pipelines,
  ) {
    this.#compiled = new LRUCache({ max: settings.compiledPipelines });
  }

  /** The kinds of steps there are, by name. */
  get steps(): readonly StepKind[] {
    return this.kinds.all;
  }

  /** A Doc a text, in their order. @throws UnknownStepError, InvalidDefinitionError, TextsTooLargeError, and what holds for all texts: no such model, no room, too late */
  async analyze(texts: readonly string[], options: AnalyzeOptions, context: RequestContext): Promise<readonly Doc[]> {
    const docs = await this.pipelineFor(options).run(texts, context);
    return docs.map((doc) => withOffsets(doc as Doc, options.offsetUnit ?? 'utf16'));
  }

  /** The same for a stream of any length, a bounded batch at a time. */
  async *analyzeStream(texts: AsyncIterable<string> | Iterable<string>, options: AnalyzeOptions, context: RequestContext): AsyncGenerator<Doc> {
    for await (const doc of this.pipelineFor(options).stream(texts, context)) yield withOffsets(doc as Doc, options.offsetUnit ?? 'utf16');
  }

  /** What `analyze` runs for such options; its Docs count in UTF-16 units. @throws UnknownStepError, InvalidDefinitionError */
  pipelineFor({ steps = this.settings.defaultSteps, language }: Omit<AnalyzeOptions, 'offsetUnit'>): Pipeline {
    const key = JSON.stringify([steps, language]);
    const kept = this.#compiled.get(key);
    if (kept) return kept;
    const pipeline = this.#compile(steps, language);
    if (key.length <= LONGEST_KEPT) this.#compiled.set(key, pipeline);
    return pipeline;
  }

  /** Begins a pipeline in TypeScript over this service's models. */
  pipeline(): Pipeline<object> {
    return Pipeline.with(this.settings);
  }

  /** Loads what the first call of the default steps would wait for. */
  async warmUp(): Promise<void> {
    await this.pipelineFor({}).warmUp();
  }

  #compile(steps: readonly (string | StepEntry)[], language: string | undefined): Pipeline {
    const asked = steps.map((step): StepEntry => (typeof step === 'string' ? { use: step } : step));
    const entries = completed(asked, this.kinds).map((entry) => (language !== undefined && entry.use === 'language' ? { ...entry, with: { is: language } } : entry));
    return compile({ steps: [...entries] }, this.kinds, this.settings);
  }
}
