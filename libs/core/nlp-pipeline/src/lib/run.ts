import type { RequestContext } from '@cortex/kernel';
import type { AnnotateResult, Annotation, TextModels } from '@cortex/text-models';
import { AskedOnce } from './asked-once';
import { NoModelsError } from './nlp-pipeline.errors';
import { Pace } from './pace';
import { TextStream } from './text-stream';
import { embedLong, type TextVector } from './text/embed-long';

/** What steps ask of models. */
export type Models = Pick<TextModels, 'embed' | 'annotate' | 'classify' | 'resolve'>;

/** What a model says of one text, and which one it was. */
export interface Annotated extends Annotation {
  readonly model: AnnotateResult['model'];
}

/** One run of a pipeline over some texts: who asks, and what its steps share, so that a text passes each encoder once. */
export class Run {
  readonly pace: Pace;
  readonly #annotations = new Map<string | undefined, AskedOnce<Annotated>>();
  readonly #vectors = new Map<string | undefined, AskedOnce<TextVector>>();

  constructor(
    readonly context: RequestContext,
    private readonly given: Models | undefined,
    /** What this run is the next batch of. */
    readonly stream = new TextStream(),
  ) {
    this.pace = new Pace(context);
  }

  /** @throws NoModelsError */
  get models(): Models {
    if (this.given === undefined) throw new NoModelsError();
    return this.given;
  }

  /** All heads of the model (the default one when absent) over each text; one pass, whoever asks for it. */
  annotations(model: string | undefined): AskedOnce<Annotated> {
    return entry(this.#annotations, model, () => new AskedOnce(this.context, (texts) => this.#annotate(model, texts)));
  }

  /** A vector a text, of any length. */
  vectors(model: string | undefined): AskedOnce<TextVector> {
    return entry(this.#vectors, model, () => new AskedOnce(this.context, (texts) => embedLong(this.models, { model, texts }, this.context)));
  }

  async #annotate(model: string | undefined, texts: readonly string[]): Promise<readonly Annotated[]> {
    const { model: served, texts: annotations } = await this.models.annotate({ ...(model !== undefined && { model }), texts }, this.context);
    return annotations.map((annotation) => ({ ...annotation, model: served }));
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
