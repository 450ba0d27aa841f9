import { Injectable } from '@nestjs/common';
import { ARROW_TYPE } from '../content';
import { Protocol, route, type Route } from '../route';
import { TeiCalls } from './tei-calls';
import { NotSparseError } from './tei.errors';
import {
  decodeRequest, decodeResponse, embedQuery, embedRequest, embedResponse, infoResponse, modelQuery, predictRequest, predictResponse,
  sparseRequest, sparseResponse, teiRerankRequest, teiRerankResponse, tokenizeRequest, tokenizeResponse,
} from './tei-schemas';

const common = { scope: 'infer', query: modelQuery } as const;

/** What clients of Hugging Face's text-embeddings-inference call. */
@Injectable()
export class TextEmbeddingsInferenceProtocol extends Protocol {
  readonly name = 'text-embeddings-inference';

  constructor(private readonly calls: TeiCalls) {
    super();
  }

  routes(): readonly Route[] {
    return [...this.#models(), ...this.#tokenizer()];
  }

  #models(): readonly Route[] {
    return [
      route({
        ...common, method: 'POST', url: '/embed', summary: 'Vectors of texts', body: embedRequest, query: embedQuery, response: embedResponse, consumes: [ARROW_TYPE], produces: ['application/json', ARROW_TYPE],
        example: { body: { inputs: ['a first text', ''], normalize: true } }, arrow: (bytes, query) => this.calls.readRows(bytes, query), handle: (call) => this.calls.embed(call),
      }),
      route({
        ...common, method: 'POST', url: '/embed_sparse', summary: 'Refused: no model here is SPLADE', body: sparseRequest, response: sparseResponse,
        example: { body: { inputs: 'a text' }, status: 422 }, handle: () => Promise.reject(new NotSparseError()),
      }),
      route({
        ...common, method: 'POST', url: '/rerank', summary: 'Texts by relevance to a query', body: teiRerankRequest, response: teiRerankResponse,
        example: { body: { query: 'who wrote it?', texts: ['the author', 'the weather'], return_text: true } }, handle: (call) => this.calls.rerank(call),
      }),
      route({
        ...common, method: 'POST', url: '/predict', summary: 'Labels of texts', body: predictRequest, response: predictResponse,
        example: { body: { inputs: 'a text' } }, handle: (call) => this.calls.predict(call),
      }),
      route({ ...common, method: 'GET', url: '/info', summary: 'The default embedding model', response: infoResponse, example: {}, handle: (call) => this.calls.info(call) }),
    ];
  }

  #tokenizer(): readonly Route[] {
    return [
      route({
        ...common, method: 'POST', url: '/tokenize', summary: 'Tokens of texts', body: tokenizeRequest, response: tokenizeResponse,
        example: { body: { inputs: 'a text' } }, handle: (call) => this.calls.tokenize(call),
      }),
      route({
        ...common, method: 'POST', url: '/decode', summary: 'Texts of token ids', body: decodeRequest, response: decodeResponse,
        example: { body: { ids: [101, 102], skip_special_tokens: false } }, handle: (call) => this.calls.decode(call),
      }),
    ];
  }
}
