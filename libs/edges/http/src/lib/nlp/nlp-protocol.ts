import { Nlp, type AnalyzeOptions, type Doc, type StepKind } from '@cortex/nlp-pipeline';
import type { RequestContext } from '@cortex/kernel';
import { quote } from '@cortex/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { wholeBody } from '../body-stream';
import { JSON_TYPE, type Content } from '../content';
import { UnsupportedContentError } from '../http.errors';
import type { HttpSettings } from '../http.options';
import { HTTP_SETTINGS } from '../http.tokens';
import { JSON_LINES_TYPE, JSON_LINES_TYPES, mediaTypeOf, wantsLines } from '../json-lines';
import { parseJson, readAs } from '../reading';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { RowLimit } from '../row-limit';
import { docLines } from './doc-lines';
import { analysis, analyzeQuery, analyzeRequest, stepList, stepRequest, type AnalyzeQuery, type AnalyzeRequest, type StepRequest } from './nlp-schemas';
import { textLines, type TextLine } from './text-lines';

const example = { body: { text: 'Ada Lovelace wrote to Charles Babbage. The answer came soon.', steps: ['language', 'sentences', 'tokens'] } };
const stepText = 'The answer came soon.';
const BASE = '/v1/nlp';

/** What a text says: steps by name, one or many texts, as they come or all at once. */
@Injectable()
export class NlpProtocol extends Protocol {
  readonly name = 'NLP';

  constructor(private readonly nlp: Nlp, private readonly limit: RowLimit, @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings) {
    super();
  }

  routes(): readonly Route[] {
    return [
      route<AnalyzeRequest, AnalyzeQuery>({
        method: 'POST', url: `${BASE}/analyze`, scope: 'infer', summary: `Analyses texts by steps: as JSON, or as ${JSON_LINES_TYPE} of {"id"?, "text"} with the rest in the query, answered line by line`,
        body: analyzeRequest, query: analyzeQuery, response: analysis, readsBytes: true, streamsBody: true, consumes: [JSON_LINES_TYPE], produces: [JSON_TYPE, JSON_LINES_TYPE],
        example, handle: (call) => this.#analyze(call),
      }),
      route({ method: 'GET', url: `${BASE}/steps`, scope: 'infer', summary: 'The steps and their parameters', response: stepList, example: {}, handle: () => ({ steps: this.nlp.steps.map(stepView) }) }),
      ...this.nlp.steps.map((kind) => this.#stepRoute(kind)),
    ];
  }

  /** A route a step, whose parameters stand beside the text. */
  #stepRoute(kind: StepKind): Route {
    const handle = ({ body, context }: Call<StepRequest>) => {
      const { text, texts, language, offsetUnit, ...parameters } = body;
      return this.#answer({ text, texts, language, offsetUnit, steps: [{ use: kind.use, with: parameters }] }, context);
    };
    return route<StepRequest>({ method: 'POST', url: `${BASE}/${kind.use}`, scope: 'infer', summary: `The step ${kind.use} alone`, body: stepRequest(kind), response: analysis, example: { body: { text: stepText, ...kind.example as object } }, handle });
  }

  async #analyze(call: Call<AnalyzeRequest, AnalyzeQuery>): Promise<Answer> {
    const type = mediaTypeOf(call.headers);
    if (JSON_LINES_TYPES.includes(type)) return this.#answerLines(textLines(call.chunks!, this.settings.maxBodyBytes), optionsOf(call.query), call.context);
    if (type !== 'application/json') throw new UnsupportedContentError(`content-type is ${quote(type)}, expected application/json or ${JSON_LINES_TYPE}`);
    const request = readAs(analyzeRequest, parseJson(await wholeBody(call.chunks!, this.settings.maxBodyBytes)));
    if (!wantsLines(call.headers)) return this.#answer(request, call.context);
    const lines = textsOf(request).map((text) => ({ text }));
    return this.#answerLines(lines, request, call.context);
  }

  async #answer(request: Asked, context: RequestContext): Promise<object> {
    const texts = textsOf(request);
    this.limit.check('texts', texts.length);
    const docs = await this.nlp.analyze(texts, request, context);
    return request.texts ? { docs } : docs[0]!;
  }

  #answerLines(lines: AsyncIterable<TextLine> | Iterable<TextLine>, options: AnalyzeOptions, context: RequestContext): Promise<Content> {
    return docLines((gone) => this.#docsOf(lines, options, { ...context, signal: AbortSignal.any([context.signal, gone]) }), context.id);
  }

  async *#docsOf(lines: AsyncIterable<TextLine> | Iterable<TextLine>, options: AnalyzeOptions, context: RequestContext): AsyncGenerator<object> {
    const ids: (TextLine['id'])[] = [];
    const texts = async function* () {
      for await (const { id, text } of lines) {
        ids.push(id);
        yield text;
      }
    };
    for await (const doc of this.nlp.analyzeStream(texts(), options, context)) yield withId(doc, ids.shift());
  }
}

/** Either text or texts. */
interface Asked extends AnalyzeOptions {
  readonly text?: string | undefined;
  readonly texts?: readonly string[] | undefined;
}

function textsOf({ text, texts }: Asked): readonly string[] {
  return texts ?? [text!];
}

function optionsOf({ steps, ...options }: AnalyzeQuery): AnalyzeOptions {
  return { ...options, ...(steps !== undefined && { steps: steps.split(',').map((name) => name.trim()) }) };
}

function withId(doc: Doc, id: TextLine['id']): object {
  return id === undefined ? doc : { id, ...doc };
}

function stepView({ use, parameters }: StepKind): object {
  return { name: use, parameters: z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any' }) };
}
