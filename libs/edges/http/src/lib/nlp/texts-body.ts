import type { TextTable } from '@cortex/arrow';
import { plainIds } from '@cortex/arrow';
import { quote } from '@cortex/kernel';
import type { AnalyzeOptions, StepKind } from '@cortex/nlp-pipeline';
import { Inject, Injectable } from '@nestjs/common';
import { ArrowRows, type TextColumnsQuery } from '../arrow/arrow-rows';
import { wholeBody } from '../body-stream';
import { ARROW_TYPE } from '../content';
import { UnsupportedContentError } from '../http.errors';
import type { HttpSettings } from '../http.options';
import { HTTP_SETTINGS } from '../http.tokens';
import { JSON_LINES_TYPE, JSON_LINES_TYPES, mediaTypeOf } from '../json-lines';
import { parseJson, readAs } from '../reading';
import type { Call } from '../route';
import { analyzeRequest, stepRequest, type AnalyzeQuery, type AnalyzeRequest, type StepQuery, type StepRequest } from './nlp-schemas';
import { textLines, type TextLine } from './text-lines';

/** Ids of texts that came in Arrow, as they came. */
export type WithIds = Pick<TextTable, 'ids'>;

/** Texts that are to be understood, in whatever form they came. */
export interface AskedTexts extends WithIds {
  /** A list where they came all at once. */
  readonly lines: readonly TextLine[] | AsyncIterable<TextLine>;
  /** One text alone, not a list of one. */
  readonly isOne: boolean;
  readonly options: AnalyzeOptions;
}

/** Reads texts from JSON, JSON lines and Arrow. */
@Injectable()
export class TextsBody {
  constructor(@Inject(HTTP_SETTINGS) private readonly settings: HttpSettings, private readonly rows: ArrowRows) {}

  /** @throws UnsupportedContentError, BodyTooLargeError, InvalidRequestError, and as ArrowRows */
  async read({ headers, chunks, query }: Call<AnalyzeRequest, AnalyzeQuery>): Promise<AskedTexts> {
    const { maxBodyBytes } = this.settings;
    const type = mediaTypeOf(headers);
    if (JSON_LINES_TYPES.includes(type)) return { lines: textLines(chunks!, maxBodyBytes), isOne: false, options: optionsOf(query) };
    if (type === ARROW_TYPE) return this.#fromRows(await wholeBody(chunks!, maxBodyBytes), query);
    if (type === 'application/json') return askedTexts(readAs(analyzeRequest, withOptions(query, parseJson(await wholeBody(chunks!, maxBodyBytes)))));
    throw new UnsupportedContentError(`content-type is ${quote(type)}, expected application/json, ${JSON_LINES_TYPE} or ${ARROW_TYPE}`);
  }

  /** A body in Arrow as that of a step's route in JSON, with its ids; the step's parameters are its defaults. */
  readStepRows(kind: StepKind, bytes: Uint8Array, query: StepQuery): StepRequest & WithIds {
    const { texts, ids } = this.rows.texts(bytes, query);
    return { ...readAs(stepRequest(kind), { texts, language: query.language, offsetUnit: query.offsetUnit }), ids };
  }

  #fromRows(bytes: Uint8Array, query: AnalyzeQuery & TextColumnsQuery): AskedTexts {
    const { texts, ids } = this.rows.texts(bytes, query);
    return askedTexts({ ...readAs(analyzeRequest, { texts, ...optionsOf(query) }), ids });
  }
}

/** A request that was read. */
export function askedTexts({ text, texts = [text!], ids, ...options }: AnalyzeRequest & Partial<WithIds>): AskedTexts {
  const names = ids ? [...plainIds(ids)] : [];
  return { lines: texts.map((one, index) => ({ text: one, ...(names[index] !== undefined && { id: names[index] }) })), isOne: text !== undefined, ids, options };
}

/** What a body does not say, the query does. */
function withOptions(query: AnalyzeQuery, body: unknown): unknown {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...optionsOf(query), ...body } : body;
}

function optionsOf({ steps, language, offsetUnit }: AnalyzeQuery): AnalyzeOptions {
  return { offsetUnit, ...(language !== undefined && { language }), ...(steps !== undefined && { steps: steps.split(',').map((name) => name.trim()) }) };
}
