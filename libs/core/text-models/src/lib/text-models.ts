import { SystemClock, internalContext, type Clock, type RequestContext } from '@cortex/kernel';
import type { ModelRegistry } from '@cortex/model-registry';
import type { Orchestrator } from '@cortex/orchestrator';
import { annotate } from './annotation/annotate';
import type { AnnotateRequest, AnnotateResult } from './annotation/annotation';
import { classify, type ClassifyRequest, type ClassifyResult } from './classify';
import { embed, type EmbedRequest, type EmbedResult } from './embed';
import { checkTokens } from './given-tokens';
import { profileOf, type ModelProfile, type ResolveRequest } from './model-profile';
import { rerank, type RerankRequest, type RerankResult } from './rerank';
import { TextEngine } from './text-engine';
import { TextTooLargeError } from './text-models.errors';
import { tokenRuler, type TokenRuler } from './token-ruler';
import type { Token } from './tokenizer.port';
import type { Tokenizers } from './tokenizers';

/** Most UTF-16 units of one text that is tokenized to be looked at: there is no limit on tokens that would end it early. */
const MOST_CHARACTERS = 100_000;

export interface TokenizeRequest {
  /** Any model that reads text; the default embedding model when absent. */
  readonly model?: string;
  readonly texts: readonly string[];
  readonly addSpecialTokens: boolean;
}

export interface DecodeRequest {
  readonly model?: string;
  readonly ids: readonly (readonly number[])[];
  readonly skipSpecialTokens: boolean;
}

/** Texts in; vectors, scores and labels out. It tokenizes here and runs nothing: every inference goes through the orchestrator. */
export class TextModels {
  readonly #engine: TextEngine;

  constructor(
    registry: Pick<ModelRegistry, 'resolve' | 'defaultFor'>,
    orchestrator: Pick<Orchestrator, 'infer' | 'route' | 'glance'>,
    tokenizers: Tokenizers,
    clock: Clock = new SystemClock(),
  ) {
    this.#engine = new TextEngine({ registry, orchestrator, tokenizers, clock });
  }

  /** Which model the same context's request would ask, and what its folder says of it; nothing is loaded. @throws what registry throws */
  async resolve({ model, tasks }: ResolveRequest, context: RequestContext): Promise<ModelProfile> {
    return profileOf(await this.#engine.resolve({ reference: model, tasks }, context));
  }

  /** @throws TextTooLongError, TokenOutOfRangeError, DimensionsError, WrongTaskError, EmptyInputError, and what registry and orchestrator throw */
  embed(request: EmbedRequest, context: RequestContext): Promise<EmbedResult> {
    return embed(this.#engine, request, context);
  }

  /** With an embedding model the score is the cosine, and `scoring` says so. @throws as embed */
  rerank(request: RerankRequest, context: RequestContext): Promise<RerankResult> {
    return rerank(this.#engine, request, context);
  }

  /** @throws as embed */
  classify(request: ClassifyRequest, context: RequestContext): Promise<ClassifyResult> {
    return classify(this.#engine, request, context);
  }

  /**
   * Labelled spans, and labels of whole texts, of any length.
   * @throws NoHeadsError, UnknownHeadError, NoOffsetsError, WrongWidthError, WrongTaskError, EmptyInputError, and what registry and orchestrator throw
   */
  annotate(request: AnnotateRequest, context: RequestContext): Promise<AnnotateResult> {
    return annotate(this.#engine, request, context);
  }

  /** The whole of each text, however long the model's rows are. @throws TextTooLargeError above 100,000 characters a text, NoTokenizerError */
  async tokenize({ model, texts, addSpecialTokens }: TokenizeRequest): Promise<readonly (readonly Token[])[]> {
    const large = texts.find((text) => text.length > MOST_CHARACTERS);
    if (large !== undefined) throw new TextTooLargeError(large.length, MOST_CHARACTERS);
    const tokenizer = await this.#engine.tokenizerOf(await this.#engine.resolveReader(model));
    return this.#paced(texts, (text) => tokenizer.tokens(text, { addSpecialTokens }));
  }

  /** How much of a text a model reads at once. @throws NoTokenizerError, and what the registry throws */
  async rulerOf(model?: string): Promise<TokenRuler> {
    const version = await this.#engine.resolveReader(model);
    return tokenRuler(await this.#engine.tokenizerOf(version), this.#engine.maxTokensOf(version));
  }

  /** @throws TokenOutOfRangeError, NoTokenizerError */
  async decode({ model, ids, skipSpecialTokens }: DecodeRequest): Promise<readonly string[]> {
    const version = await this.#engine.resolveReader(model);
    const tokenizer = await this.#engine.tokenizerOf(version);
    return this.#paced(ids, (row) => {
      checkTokens(row, version.vocabularySize);
      return tokenizer.decode(row, { skipSpecialTokens });
    });
  }

  async #paced<T, R>(items: readonly T[], turn: (item: T) => R): Promise<readonly R[]> {
    const results: R[] = [];
    await this.#engine.reader.paced(items, internalContext(), (item) => results.push(turn(item)));
    return results;
  }
}
