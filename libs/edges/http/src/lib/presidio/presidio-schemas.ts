import { z } from 'zod';
import { named } from '../named';

const names = z.array(z.string());
const pattern = z.object({ name: z.string(), regex: z.string().max(500), score: z.number().min(0).max(1) });

/** Source: presidio-analyzer, PatternRecognizer.from_dict. Patterns are RE2's: linear in the text, without look-around and back-references. */
const adHocRecognizer = named('PresidioAdHocRecognizer', z.object({
  name: z.string().max(200).nullish(),
  supported_language: z.string().default('en'),
  supported_entity: z.string().min(1).max(200),
  patterns: z.array(pattern).max(20).nullish(),
  deny_list: z.array(z.string().max(200)).max(10_000).nullish(),
  deny_list_score: z.number().min(0).max(1).default(1),
  context: z.array(z.string().max(200)).max(200).nullish(),
}));

/** Source: presidio-analyzer, AnalyzerRequest. */
export const analyzeRequest = named('PresidioAnalyzeRequest', z.object({
  text: z.union([z.string(), names]).nullish().describe('One text, or several'),
  language: z.string().nullish(),
  entities: names.nullish(),
  correlation_id: z.string().nullish(),
  score_threshold: z.number().min(0).max(1).nullish(),
  return_decision_process: z.boolean().nullish(),
  ad_hoc_recognizers: z.array(adHocRecognizer).max(50).nullish(),
  context: names.nullish(),
  allow_list: names.nullish(),
  allow_list_match: z.enum(['exact', 'regex']).default('exact'),
  regex_flags: z.int().default(26).describe("Python's: 2 ignores case, 8 is multi-line, 16 lets a dot match line ends"),
}));

const explanation = z.object({
  recognizer: z.string(), pattern_name: z.string().nullable(), pattern: z.string().nullable(), original_score: z.number(), score: z.number(),
  textual_explanation: z.string().nullable(), score_context_improvement: z.number(), supportive_context_word: z.string(),
  validation_result: z.boolean().nullable(), regex_flags: z.int().nullable(),
});
const found = named('PresidioRecognizerResult', z.object({
  analysis_explanation: explanation.nullable(), entity_type: z.string(), start: z.int().describe('In code points'), end: z.int(), score: z.number(),
}));
export const analyzeResponse = named('PresidioAnalyzeResponse', z.union([z.array(found), z.array(z.array(found))]));

/** Whatever it is: Presidio names each mistake in its own words, with 422. */
const config = z.looseObject({ type: z.string().nullish() });
const anything = z.unknown().optional();
const span = z.object({ start: anything, end: anything, entity_type: anything });

/** Source: presidio-anonymizer, app.py. */
export const anonymizeRequest = named('PresidioAnonymizeRequest', z.object({
  text: z.string().default(''),
  anonymizers: z.record(z.string(), config).nullish().describe('By entity type; DEFAULT for all others'),
  analyzer_results: z.array(span.extend({ score: anything })).nullish(),
}));
export const deanonymizeRequest = named('PresidioDeanonymizeRequest', z.object({
  text: z.string().default(''),
  deanonymizers: z.record(z.string(), config).nullish(),
  anonymizer_results: z.array(span).nullish(),
}));
export const changedText = named('PresidioEngineResult', z.object({
  text: z.string(),
  items: z.array(z.object({ start: z.int(), end: z.int(), entity_type: z.string(), text: z.string(), operator: z.string() })),
}));

export const nameList = named('PresidioNames', names);
export const languageQuery = z.object({ language: z.string().optional() });

export type AnalyzeRequest = z.output<typeof analyzeRequest>;
export type AdHocRecognizer = z.output<typeof adHocRecognizer>;
export type FoundPii = z.output<typeof found>;
export type GivenSpan = { readonly start?: unknown; readonly end?: unknown; readonly entity_type?: unknown; readonly score?: unknown };
export type GivenOperators = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
