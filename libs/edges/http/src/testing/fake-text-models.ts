import type { RequestContext } from '@cortex/kernel';
import { Explained, type Explanation, type ServedModel } from '@cortex/orchestrator';
import type { AnnotateRequest, AnnotateResult, ClassifyRequest, ClassifyResult, EmbedRequest, EmbedResult, ModelProfile, RerankRequest, RerankResult, ResolveRequest, Token, TokenRuler } from '@cortex/text-models';

const model: ServedModel = { name: 'cortex-embed-small', version: '1', variant: 'fp32', digest: 'sha256:0', batchInvariant: true };

/** What a dry run is told. */
export const EXPLANATION: Explanation = {
  model: { name: model.name, version: model.version },
  version: { alias: 'latest' },
  session: { state: 'not loaded', loadMs: 100 },
  queue: { waiting: { critical: 0, high: 0, medium: 0, low: 0 }, backlogMs: 0 },
};

/** Vectors, scores and tokens that follow from the texts alone; the relevance of a document is its length. */
export class FakeTextModels {
  readonly requests: object[] = [];
  readonly contexts: RequestContext[] = [];
  truncated = 0;
  /** Thrown by every call when set. */
  failure: Error | undefined;
  scoring: RerankResult['scoring'] = 'cross-encoder';

  async resolve({ model: name = model.name, tasks: [task] }: ResolveRequest): Promise<ModelProfile> {
    return { name, version: model.version, task };
  }

  async embed(request: EmbedRequest, context: RequestContext): Promise<EmbedResult> {
    this.#note(request, context);
    const vectors = request.texts.map((text) => Float32Array.of(text.length, 0.1, -0.25, 1 / 3));
    return { model, vectors, tokens: request.texts.length * 3, lengths: request.texts.map(() => 3), truncated: this.truncated };
  }

  async rerank(request: RerankRequest, context: RequestContext): Promise<RerankResult> {
    this.#note(request, context);
    const scores = request.documents.map(({ length }) => ({ score: length / 100, raw: length }));
    return { model, scoring: this.scoring, scores, tokens: 7, truncated: this.truncated };
  }

  async classify(request: ClassifyRequest, context: RequestContext): Promise<ClassifyResult> {
    this.#note(request, context);
    const rows = request.texts.map(() => Float32Array.of(0.25, 0.75));
    return { model, labels: ['no', 'yes'], scores: rows, logits: rows.map((row) => row.map((value) => value * 4)), tokens: 5, truncated: this.truncated };
  }

  async annotate(request: AnnotateRequest, context: RequestContext): Promise<AnnotateResult> {
    this.#note(request, context);
    const texts = request.texts.map(({ length }) => ({ windows: 1, spans: { ner: [{ start: 0, stop: length, label: 'PER', score: 0.5 }] }, scores: { sentiment: { negative: 0.25, positive: 0.75 } } }));
    return { model, tokens: 3, texts };
  }

  async tokenize(request: { readonly texts: readonly string[] }): Promise<readonly (readonly Token[])[]> {
    this.#note(request);
    return request.texts.map((text) => [{ id: 101, text: '[CLS]', special: true }, { id: 7, text, special: false, start: 0, stop: text.length }]);
  }

  /** A word is a token. */
  async rulerOf(): Promise<TokenRuler> {
    return { maxTokens: 254, count: (text) => text.match(/\S+/g)?.length ?? 0 };
  }

  async decode(request: { readonly ids: readonly (readonly number[])[] }): Promise<readonly string[]> {
    this.#note(request);
    return request.ids.map((ids) => ids.join(' '));
  }

  #note(request: object, context?: RequestContext): void {
    if (this.failure) throw this.failure;
    this.requests.push(request);
    if (context) this.contexts.push(context);
    if (context?.dryRun) throw new Explained(EXPLANATION);
  }
}
