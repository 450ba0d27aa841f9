import type { RequestContext } from '@cortex/kernel';
import { CodePoints, Pace, PII_RECOGNIZERS, isNameType, recognizersFor, searchPii, type PiiFinding, type PiiOptions, type PiiRecognizer } from '@cortex/nlp-pipeline';
import { Injectable } from '@nestjs/common';
import { compiled, recognizersOf } from './caller-patterns';
import { NamedEntities, type NameModel } from './named-entities';
import { NoRecognizersError } from './presidio.errors';
import type { AnalyzeRequest, FoundPii } from './presidio-schemas';

const ENGLISH = 'en';
const LANGUAGES = new Set([ENGLISH, ...PII_RECOGNIZERS.flatMap(({ languages }) => languages ?? [])]);

interface Looking {
  readonly recognizers: readonly PiiRecognizer[];
  readonly names?: NameModel;
  /** What is looked for. Rules find some people and places, too: too few to be asked for them. */
  readonly entities: readonly string[];
}

/** Presidio's analyzer: patterns by findPii, names and places by a model. */
@Injectable()
export class PresidioAnalyzer {
  constructor(private readonly names: NamedEntities) {}

  /** @throws NoRecognizersError */
  async recognizerNames(language = ENGLISH): Promise<string[]> {
    const { recognizers, names } = await this.#available(language, []);
    return [...recognizers.map(({ name }) => name), ...(names ? [names.recognizer] : [])];
  }

  /** What is looked for; PERSON and the like only where a model finds them. @throws NoRecognizersError */
  async entities(language = ENGLISH): Promise<string[]> {
    return [...(await this.#available(language, [])).entities];
  }

  /** Findings of each text, in their order. @throws NoRecognizersError, RecognizerRefusedError, and as TextModels.annotate */
  async analyze(texts: readonly string[], request: AnalyzeRequest, context: RequestContext): Promise<FoundPii[][]> {
    const language = request.language ?? ENGLISH;
    const adHoc = (request.ad_hoc_recognizers ?? []).flatMap(recognizersOf);
    const looking = await this.#available(language, adHoc);
    const wanted = request.entities?.length ? request.entities : undefined;
    if (wanted && !looking.entities.some((entity) => wanted.includes(entity))) throw new NoRecognizersError();

    const allowed = allowedBy(request);
    const names = await this.#namesIn(texts, { names: looking.names, wanted, context });
    const options: PiiOptions = {
      language, entities: wanted, scoreThreshold: request.score_threshold ?? 0, overlaps: 'each-type', context: request.context ?? [],
      recognizers: adHoc.filter(({ languages }) => languages?.includes(language)),
    };
    const results: FoundPii[][] = [];
    const pace = new Pace(context);
    for (const [i, text] of texts.entries()) {
      const found = await pace.through(searchPii(text, { ...options, found: names?.[i] }));
      const kept = found.filter(({ start, end, score }) => score > 0 && !allowed(text.slice(start, end)));
      results.push(kept.map(viewOf(new CodePoints(text), request)));
    }
    return results;
  }

  async #available(language: string, adHoc: readonly PiiRecognizer[]): Promise<Looking> {
    const own = adHoc.filter(({ languages }) => languages?.includes(language));
    if (!LANGUAGES.has(language) && own.length === 0) throw new NoRecognizersError();
    const rules = LANGUAGES.has(language) ? recognizersFor(language) : [];
    const names = await this.names.modelFor(language);
    const byForm = [...rules.filter(({ entity }) => !isNameType(entity)), ...own].map(({ entity }) => entity);
    return { recognizers: [...rules, ...own], names, entities: [...new Set([...byForm, ...(names?.entities ?? [])])] };
  }

  async #namesIn(texts: readonly string[], { names, wanted, context }: { names?: NameModel; wanted?: readonly string[]; context: RequestContext }) {
    const isWanted = names && (!wanted || names.entities.some((entity) => wanted.includes(entity)));
    return isWanted ? this.names.find(names, texts, context) : undefined;
  }
}

/** Whether a piece of text is on the caller's list. */
function allowedBy({ allow_list: list, allow_list_match: match, regex_flags: flags }: AnalyzeRequest): (piece: string) => boolean {
  const terms = list?.filter((term) => term !== '') ?? [];
  if (terms.length === 0) return () => false;
  const exact = new Set(terms);
  if (match === 'exact') return (piece) => exact.has(piece);
  const pattern = compiled(terms.join('|'), flags);
  return (piece) => pattern.matcher(piece).find();
}

function viewOf(points: CodePoints, { return_decision_process: explained }: AnalyzeRequest): (finding: PiiFinding) => FoundPii {
  return (finding) => ({
    analysis_explanation: explained ? explanationOf(finding) : null,
    end: points.before(finding.end),
    entity_type: finding.type,
    score: finding.score,
    start: points.before(finding.start),
  });
}

function explanationOf({ recognizer, pattern, score, support }: PiiFinding): FoundPii['analysis_explanation'] {
  return {
    original_score: support?.from ?? score,
    pattern: null,
    pattern_name: pattern ?? null,
    recognizer,
    regex_flags: null,
    score,
    score_context_improvement: support ? score - support.from : 0,
    supportive_context_word: support?.word ?? '',
    textual_explanation: pattern === undefined ? `Identified by ${recognizer}` : `Detected by \`${recognizer}\` using pattern \`${pattern}\``,
    validation_result: null,
  };
}
