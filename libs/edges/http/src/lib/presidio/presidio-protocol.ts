import { anonymize, ANONYMIZERS, CodePoints, deanonymize, DEANONYMIZERS, type ChangedText } from '@cortex/nlp-pipeline';
import { Injectable } from '@nestjs/common';
import { InvalidRequestError } from '../http.errors';
import { Protocol, route, type Answer, type Call, type Route } from '../route';
import { RowLimit } from '../row-limit';
import { PresidioAnalyzer } from './analyzer';
import { operatorsOf, scoredSpansOf, spansOf } from './given-spans';
import { analyzeRequest, analyzeResponse, anonymizeRequest, changedText, deanonymizeRequest, languageQuery, nameList } from './presidio-schemas';
import { readPrivately } from './private-body';

type LanguageQuery = { readonly language?: string };

const text = 'Card 4111 1111 1111 1111';
const examples = {
  analyze: { body: { text, language: 'en' } },
  anonymize: { body: { text, anonymizers: { DEFAULT: { type: 'mask', masking_char: '*', chars_to_mask: 12, from_end: false } }, analyzer_results: [{ start: 5, end: 24, score: 1, entity_type: 'CREDIT_CARD' }] } },
  deanonymize: { body: { text: 'kept', deanonymizers: { DEFAULT: { type: 'deanonymize_keep' } }, anonymizer_results: [{ start: 0, end: 4, entity_type: 'NAME' }] } },
};

/**
 * Presidio's analyzer and anonymizer, as their clients call them: offsets in code points, errors as `{error}`.
 * No text, no finding and no key comes back in an error: bodies are read by `readPrivately`.
 */
@Injectable()
export class PresidioProtocol extends Protocol {
  readonly name = 'Presidio';

  constructor(private readonly analyzer: PresidioAnalyzer, private readonly limit: RowLimit) {
    super();
  }

  routes(): readonly Route[] {
    return [...this.#analyzer(), ...this.#anonymizer()];
  }

  #analyzer(): readonly Route[] {
    const get = { method: 'GET', scope: 'infer', query: languageQuery, response: nameList, example: {} } as const;
    return [
      route({
        method: 'POST', url: '/analyze', scope: 'infer', summary: 'Personal data in one text or several', readsBytes: true,
        body: analyzeRequest, response: analyzeResponse, example: examples.analyze, handle: (call) => this.#analyze(call),
      }),
      route<undefined, LanguageQuery>({ ...get, url: '/supportedentities', summary: 'What is looked for', handle: ({ query }) => this.analyzer.entities(query.language) }),
      route<undefined, LanguageQuery>({ ...get, url: '/recognizers', summary: 'Who looks for it', handle: ({ query }) => this.analyzer.recognizerNames(query.language) }),
    ];
  }

  #anonymizer(): readonly Route[] {
    const common = { scope: 'infer' } as const;
    return [
      route({
        ...common, method: 'POST', url: '/anonymize', summary: 'A text without what was found in it', readsBytes: true,
        body: anonymizeRequest, response: changedText, example: examples.anonymize, handle: anonymized,
      }),
      route({
        ...common, method: 'POST', url: '/deanonymize', summary: 'Encrypted pieces of a text put back', readsBytes: true,
        body: deanonymizeRequest, response: changedText, example: examples.deanonymize, handle: deanonymized,
      }),
      route({ ...common, method: 'GET', url: '/anonymizers', summary: 'Operators of /anonymize', response: nameList, example: {}, handle: () => [...ANONYMIZERS.keys()] }),
      route({ ...common, method: 'GET', url: '/deanonymizers', summary: 'Operators of /deanonymize', response: nameList, example: {}, handle: () => [...DEANONYMIZERS.keys()] }),
    ];
  }

  async #analyze(call: Call): Promise<Answer> {
    const request = readPrivately(analyzeRequest, call);
    if (!request.text?.length) throw new InvalidRequestError('text', 'No text provided');
    if (!request.language) throw new InvalidRequestError('language', 'No language provided');
    const texts = typeof request.text === 'string' ? [request.text] : request.text;
    this.limit.check('text', texts.length);
    const results = await this.analyzer.analyze(texts, request, call.context);
    return typeof request.text === 'string' ? results[0]! : results;
  }
}

function anonymized(call: Call): Answer {
  const request = readPrivately(anonymizeRequest, call);
  const operators = operatorsOf(request.anonymizers);
  if (Object.values(operators).some(({ type }) => type === 'custom')) throw new InvalidRequestError('anonymizers', 'Custom type anonymizer is not supported');
  return viewOf(anonymize(request.text, scoredSpansOf(request.analyzer_results, new CodePoints(request.text)), operators));
}

function deanonymized(call: Call): Answer {
  const request = readPrivately(deanonymizeRequest, call);
  return viewOf(deanonymize(request.text, spansOf(request.anonymizer_results ?? [], new CodePoints(request.text)), operatorsOf(request.deanonymizers)));
}

function viewOf({ text: changed, items }: ChangedText): Answer {
  const points = new CodePoints(changed);
  const views = items.map(({ type, start, end, text: piece, operator }) => ({ start: points.before(start), end: points.before(end), entity_type: type, text: piece, operator }));
  return { text: changed, items: views };
}
