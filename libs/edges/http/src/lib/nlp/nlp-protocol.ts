import { Nlp, withOffsets, type Doc, type StepKind } from '@cortex/nlp-pipeline';
import type { RequestContext } from '@cortex/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { wantsArrow } from '../arrow/arrow-content';
import { ARROW_TYPE, type Content } from '../content';
import { JSON_LINES_TYPE, wantsLines } from '../json-lines';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { RowLimit } from '../row-limit';
import { DOC_LINES } from './doc-lines';
import { docTable } from './doc-table';
import { analysis, analyzeQuery, analyzeRequest, stepList, stepQuery, stepRequest, type AnalyzeQuery, type AnalyzeRequest, type StepQuery, type StepRequest } from './nlp-schemas';
import { streamedAnswer, type BodyForm } from './streamed-answer';
import type { TextLine } from './text-lines';
import { askedTexts, TextsBody, type AskedTexts, type WithIds } from './texts-body';

const example = { body: { text: 'Ada Lovelace wrote to Charles Babbage. The answer came soon.', steps: ['language', 'sentences', 'tokens'] } };
const stepText = 'The answer came soon.';
const BASE = '/v1/nlp';
const JSON_ITSELF = 'application/json';

/** What a text says: steps by name, one or many texts, as they come or all at once. */
@Injectable()
export class NlpProtocol extends Protocol {
  readonly name = 'NLP';

  constructor(private readonly nlp: Nlp, private readonly limit: RowLimit, private readonly texts: TextsBody) {
    super();
  }

  routes(): readonly Route[] {
    return [
      route<AnalyzeRequest, AnalyzeQuery>({
        method: 'POST', url: `${BASE}/analyze`, scope: 'infer', summary: `Analyses texts by steps: as JSON, as ${JSON_LINES_TYPE} of {"id"?, "text"}, or in Arrow with the columns text and id; what a body does not say stands in the query; lines are answered line by line`,
        body: analyzeRequest, query: analyzeQuery, response: analysis, readsBytes: true, streamsBody: true, consumes: [JSON_LINES_TYPE, ARROW_TYPE], produces: [JSON_ITSELF, JSON_LINES_TYPE, ARROW_TYPE],
        example, handle: async (call) => this.#answer(await this.texts.read(call), call),
      }),
      route({ method: 'GET', url: `${BASE}/steps`, scope: 'infer', summary: 'The steps and their parameters', response: stepList, example: {}, handle: () => ({ steps: this.nlp.steps.map(stepView) }) }),
      ...this.nlp.steps.map((kind) => this.#stepRoute(kind)),
    ];
  }

  /** A route a step, whose parameters stand beside the text. */
  #stepRoute(kind: StepKind): Route {
    return route<StepRequest & Partial<WithIds>, StepQuery>({
      method: 'POST', url: `${BASE}/${kind.use}`, scope: 'infer', summary: `The step ${kind.use} alone`,
      body: stepRequest(kind), query: stepQuery, response: analysis, consumes: [ARROW_TYPE], produces: [JSON_ITSELF, ARROW_TYPE],
      example: { body: { text: stepText, ...kind.example as object } },
      arrow: (bytes, query) => this.texts.readStepRows(kind, bytes, query),
      handle: (call) => {
        const { text, texts, language = call.query.language, offsetUnit = call.query.offsetUnit, ids, ...parameters } = call.body;
        return this.#answer(askedTexts({ text, texts, language, offsetUnit, ids, steps: [{ use: kind.use, with: parameters as never }] }), call);
      },
    });
  }

  /** In the form that is asked for: of lines lines, otherwise JSON, unless `Accept` says otherwise. */
  #answer(asked: AskedTexts, { headers, context }: Call<unknown, unknown>): Promise<Answer> {
    const { lines, options, ids } = asked;
    if (isList(lines)) this.limit.check('texts', lines.length);
    if (wantsArrow(headers)) {
      const { parts } = this.nlp.pipelineFor(options);
      return this.#streamed(asked, docTable({ parts, offsetUnit: options.offsetUnit ?? 'utf16', ids: ids ?? (isList(lines) ? undefined : 'own') }), context);
    }
    return isList(lines) && !wantsLines(headers) ? this.#whole({ ...asked, lines }, context) : this.#streamed(asked, DOC_LINES, context);
  }

  async #whole({ lines, isOne, options }: AskedTexts & { readonly lines: readonly TextLine[] }, context: RequestContext): Promise<object> {
    const analyzed = await this.nlp.analyze(lines.map(({ text }) => text), options, context);
    const docs = analyzed.map((doc, index) => withId(doc, lines[index]!.id));
    return isOne ? docs[0]! : { docs };
  }

  #streamed(asked: AskedTexts, form: BodyForm<readonly object[]>, context: RequestContext): Promise<Content> {
    return streamedAnswer((gone) => this.#batchesOf(asked, { ...context, signal: AbortSignal.any([context.signal, gone]) }), form, context.id);
  }

  async *#batchesOf({ lines, options }: AskedTexts, context: RequestContext): AsyncGenerator<readonly object[]> {
    const ids: (TextLine['id'])[] = [];
    const texts = async function* () {
      for await (const { id, text } of lines) {
        ids.push(id);
        yield text;
      }
    };
    for await (const docs of this.nlp.pipelineFor(options).batches(texts(), context)) {
      yield docs.map((doc) => withId(withOffsets(doc as Doc, options.offsetUnit ?? 'utf16'), ids.shift()));
    }
  }
}

function isList(lines: AskedTexts['lines']): lines is readonly TextLine[] {
  return Array.isArray(lines);
}

function withId(doc: Doc, id: TextLine['id']): object {
  return id === undefined ? doc : { id, ...doc };
}

function stepView({ use, parameters }: StepKind): object {
  return { name: use, parameters: z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any' }) };
}
