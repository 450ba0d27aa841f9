import { CortexError, throwIfLeft, type RequestContext } from '@cortex/kernel';
import type { AnnotateRequest, AnnotateResult, Annotation, LabelledSpan } from '../annotation/annotation';
import type { ClassifyRequest, ClassifyResult } from '../classify';
import type { EmbedRequest, EmbedResult } from '../embed';
import type { ModelProfile, ResolveRequest } from '../model-profile';
import type { RerankRequest, RerankResult } from '../rerank';
import { EmptyInputError } from '../text-models.errors';
import type { TokenRuler } from '../token-ruler';

const WIDTH = 32;
const MAX_TOKENS = 254;
const LABELS = ['negative', 'positive'] as const;
const NAMES: Readonly<Record<string, string>> = { embed: 'fake-embed', classify: 'fake-classify', rerank: 'fake-rerank', 'token-classify': 'fake-annotate' };
const served = (reference: string) => servedAs(reference.split(/[@+]/, 1)[0]!);
const servedAs = (name: string) => ({ name, version: '1', variant: 'fp32', digest: `sha256:${name}`, batchInvariant: true });

/** One request that the fake was asked. */
export interface AskedTexts {
  readonly head: 'embed' | 'annotate' | 'classify' | 'rerank';
  readonly texts: readonly unknown[];
}

/** Says that the fake was told to fail. */
export class FakeRefusal extends CortexError {
  readonly code = 'TEXT.FAKE';
  readonly kind = 'unprocessable';
}

/**
 * Models without models, the same answer every time. A vector counts words, so that texts that share words are alike. Runs of
 * capitalized words are PER, behind "in" LOC, words of capitals ORG (head `ner`); "good" is positive, "bad" negative (head `sentiment`).
 */
export class FakeTextModels {
  /** What was asked, in that order. */
  readonly asked: AskedTexts[] = [];

  /** A request with a text that holds `refused` fails whole. `profiles`: what models say of themselves, by name; taggers are made for English unless they say otherwise. */
  constructor(private readonly options: { readonly refused?: string; readonly profiles?: Readonly<Record<string, Partial<ModelProfile>>> } = {}) {}

  async resolve({ model, tasks: [task] }: ResolveRequest, context: RequestContext): Promise<ModelProfile> {
    throwIfLeft(context);
    const name = model ?? NAMES[task] ?? task;
    return { name, version: '1', task, ...(task === 'token-classify' && { languages: ['en'] }), ...this.options.profiles?.[name] };
  }

  async embed({ model = 'fake-embed', texts }: EmbedRequest, context: RequestContext): Promise<EmbedResult> {
    await this.#ask({ head: 'embed', texts }, context);
    const lengths = texts.map((text) => lengthOf(text));
    return { model: served(model), vectors: texts.map((text) => vectorOf(String(text))), tokens: sumOf(lengths), lengths, truncated: 0 };
  }

  async classify({ model = 'fake-classify', texts }: ClassifyRequest, context: RequestContext): Promise<ClassifyResult> {
    await this.#ask({ head: 'classify', texts }, context);
    const scores = texts.map((text) => Float32Array.of(1 - positivity(String(text)), positivity(String(text))));
    return { model: served(model), labels: LABELS, scores, logits: scores.map((row) => row.map(Math.log)), tokens: sumOf(texts.map(lengthOf)), truncated: 0 };
  }

  /** How many of the query's words a document has. */
  async rerank({ model = 'fake-rerank', query, documents }: RerankRequest, context: RequestContext): Promise<RerankResult> {
    await this.#ask({ head: 'rerank', texts: [query, ...documents] }, context);
    const scores = documents.map((document) => sharedWords(query, document)).map((score) => ({ score, raw: score }));
    return { model: served(model), scoring: 'cross-encoder', scores, tokens: sumOf(documents.map(lengthOf)), truncated: 0 };
  }

  /** A word is a token. */
  async rulerOf(): Promise<TokenRuler> {
    return { maxTokens: MAX_TOKENS, count: (text, limit) => Math.min(limit + 1, text.match(/\S+/g)?.length ?? 0) };
  }

  async annotate({ model = 'fake-annotate', texts, heads = ['ner', 'sentiment'] }: AnnotateRequest, context: RequestContext): Promise<AnnotateResult> {
    await this.#ask({ head: 'annotate', texts }, context);
    return { model: served(model), tokens: sumOf(texts.map(lengthOf)), texts: texts.map((text) => annotationOf(text, heads)) };
  }

  async #ask(asked: AskedTexts, context: RequestContext): Promise<void> {
    throwIfLeft(context);
    this.asked.push(asked);
    if (asked.texts.length === 0) throw new EmptyInputError('texts');
    await Promise.resolve();
    const { refused } = this.options;
    if (refused !== undefined && asked.texts.some((text) => String(text).includes(refused))) throw new FakeRefusal('a text holds what the fake refuses');
  }
}

function annotationOf(text: string, heads: readonly string[]): Annotation {
  const isEmpty = text.trim() === '';
  const spans: Annotation['spans'] = heads.includes('ner') ? { ner: [...namesIn(text)] } : {};
  const score = positivity(text);
  const scores: Annotation['scores'] = heads.includes('sentiment') && !isEmpty ? { sentiment: { negative: 1 - score, positive: score } } : {};
  return { windows: isEmpty ? 0 : 1, spans, scores };
}

function* namesIn(text: string): Iterable<LabelledSpan> {
  for (const { 0: name, index } of text.matchAll(/\p{Lu}[\p{L}\p{M}]*(?: \p{Lu}[\p{L}\p{M}]*)*/gu)) {
    const label = /\bin $/.test(text.slice(Math.max(0, index - 4), index)) ? 'LOC' : /^[\p{Lu} ]{2,}$/u.test(name) ? 'ORG' : 'PER';
    yield { start: index, stop: index + name.length, label, score: 0.9 };
  }
}

function positivity(text: string): number {
  const good = /\bgood\b/i.test(text);
  const bad = /\bbad\b/i.test(text);
  return good === bad ? 0.5 : good ? 0.9 : 0.1;
}

function sharedWords(query: string, document: string): number {
  const [asked, given] = [query, document].map((text) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []));
  return asked!.size === 0 ? 0 : [...asked!].filter((word) => given!.has(word)).length / asked!.size;
}

function vectorOf(text: string): Float32Array {
  const counts = new Float32Array(WIDTH);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) {
    let hash = 0;
    for (const letter of word) hash = (hash * 31 + letter.codePointAt(0)!) % 65_521;
    counts[hash % WIDTH]! += 1;
  }
  const norm = Math.hypot(...counts);
  return counts.map((count) => count / norm);
}

/** White space delimited words, and two special tokens. */
function lengthOf(text: unknown): number {
  return typeof text === 'string' ? (text.match(/\S+/g)?.length ?? 0) + 2 : 2;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
