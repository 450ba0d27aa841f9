import type { RequestContext } from '@cortex/kernel';
import type { ServedModel } from '@cortex/orchestrator';
import { TextTooLongError, type AnnotateRequest, type AnnotateResult, type ClassifyRequest, type ClassifyResult, type EmbedRequest, type EmbedResult, type RerankRequest, type RerankResult } from '@cortex/text-models';

const LONGEST = 40;

/** Answers that follow from the texts alone, at once; a text of more than 40 characters is too long. */
export class FakeTextModels {
  readonly contexts: RequestContext[] = [];
  served: ServedModel = { name: 'small', version: '1', variant: 'fp32', digest: 'sha256:0', batchInvariant: true };
  /** What is done before each answer: wait, fail. */
  before: (texts: readonly unknown[]) => Promise<void> | void = () => undefined;

  async embed({ texts, truncate, dimensions = 3 }: EmbedRequest, context: RequestContext): Promise<EmbedResult> {
    await this.#ask(texts, truncate, context);
    const vectors = texts.map((text) => vectorOf(String(text)).slice(0, dimensions));
    return { model: this.served, vectors, tokens: texts.length, lengths: texts.map(() => 1), truncated: 0 };
  }

  async classify({ texts, truncate }: ClassifyRequest, context: RequestContext): Promise<ClassifyResult> {
    await this.#ask(texts, truncate, context);
    const scores = texts.map((text) => Float32Array.of(0.25 * (String(text).length % 4), 1 - 0.25 * (String(text).length % 4)));
    return { model: this.served, labels: ['no', 'yes'], scores, logits: scores, tokens: texts.length, truncated: 0 };
  }

  async annotate({ texts, heads = ['ner', 'mood'] }: AnnotateRequest, context: RequestContext): Promise<AnnotateResult> {
    await this.#ask(texts, true, context);
    const spans = heads.includes('ner') ? [['ner', [{ start: 0, stop: 1, label: 'PER', score: 0.5 }]]] as const : [];
    const scores = heads.includes('mood') ? [['mood', { good: 1 }]] as const : [];
    return { model: this.served, tokens: texts.length, texts: texts.map(() => ({ windows: 1, spans: Object.fromEntries(spans), scores: Object.fromEntries(scores) })) };
  }

  async rerank({ query, documents, truncate }: RerankRequest, context: RequestContext): Promise<RerankResult> {
    await this.#ask([query, ...documents], truncate, context);
    const scores = documents.map((document) => ({ score: document === query ? 1 : 0.5, raw: 0 }));
    return { model: this.served, scoring: 'cross-encoder', scores, tokens: 1, truncated: 0 };
  }

  async #ask(texts: readonly unknown[], truncate: boolean, context: RequestContext): Promise<void> {
    this.contexts.push(context);
    await this.before(texts);
    context.signal.throwIfAborted();
    const long = texts.findIndex((text) => String(text).length > LONGEST);
    if (long >= 0 && !truncate) throw new TextTooLongError(long, LONGEST);
  }
}

export function vectorOf(text: string): Float32Array {
  return Float32Array.of(text.length, (text.charCodeAt(0) || 0) / 7, 1 / (1 + text.length));
}
