import type { StepKind } from '@cortex/nlp-pipeline';
import { z } from 'zod';
import { textColumnsQuery } from '../arrow/arrow-rows';
import { named } from '../named';

const language = z.string().regex(/^[a-z]{2,3}$/, 'expected a language code such as en').optional().describe('ISO 639-1, where the caller knows: nothing is detected');
const unit = z.enum(['utf16', 'codepoint']).describe('How offsets count: utf16 as JavaScript and Java do, codepoint as Python does');
const offsetUnit = unit.default('utf16');
const input = {
  text: z.string().optional(),
  texts: z.array(z.string()).min(1).optional().describe('Several; the answer is then {docs}, in their order'),
  language,
  offsetUnit: unit.optional(),
};
const ONE_OF = 'expected either text or texts';
const hasEither = ({ text, texts }: { readonly text?: string | undefined; readonly texts?: readonly string[] | undefined }) => (text === undefined) !== (texts === undefined);

const step = z.union([
  z.string().min(1),
  z.strictObject({
    use: z.string().min(1),
    as: z.string().optional().describe('Another name for its part'),
    with: z.record(z.string(), z.json()).optional().describe('Its parameters'),
  }),
]);

export const analyzeRequest = named('AnalyzeRequest', z.strictObject({ ...input, steps: z.array(step).min(1).max(64).optional().describe('Names, or names with parameters; what they need comes by itself') }).refine(hasEither, ONE_OF));
export type AnalyzeRequest = z.output<typeof analyzeRequest>;

/** What is said of texts that come in Arrow; of JSON what its body does not say. */
export const stepQuery = z.object({ ...textColumnsQuery, language, offsetUnit });
export type StepQuery = z.output<typeof stepQuery>;

/** The same, and of JSON lines. */
export const analyzeQuery = stepQuery.extend({ steps: z.string().max(1_000).optional().describe('Names with commas between') });
export type AnalyzeQuery = z.output<typeof analyzeQuery>;

/** A line of JSON lines: one text, with an id that comes back with its Doc. */
export const textLine = z.strictObject({ id: z.union([z.string().max(200), z.number()]).optional(), text: z.string() });

/** Of one step's own route: its parameters stand beside the text. */
export function stepRequest({ use, parameters }: StepKind): z.ZodType<StepRequest> {
  const own = parameters instanceof z.ZodObject ? (parameters.shape as z.ZodRawShape) : {};
  return named(`Nlp${pascal(use)}Request`, z.strictObject({ ...own, ...input }).refine(hasEither, ONE_OF)) as unknown as z.ZodType<StepRequest>;
}
export type StepRequest = Omit<AnalyzeRequest, 'steps'> & Readonly<Record<string, unknown>>;

const span = z.object({ start: z.int(), end: z.int() });
const failure = z.object({ step: z.string(), code: z.string(), message: z.string() });

export const doc = named('Doc', z.looseObject({
  text: z.string(),
  offsetUnit: z.enum(['utf16', 'codepoint']),
  language: z.object({ code: z.string(), confidence: z.number() }).optional(),
  sents: z.array(span).optional(),
  tokens: z.array(span.extend({ pos: z.string().optional(), lemma: z.string().optional() })).optional(),
  ents: z.array(span.extend({ label: z.string(), text: z.string(), score: z.number() })).optional(),
  engines: z.record(z.string(), z.string()).describe('Who gave each part'),
  windows: z.record(z.string(), z.int()).optional().describe('In how many pieces a model read the text, by part'),
  errors: z.array(failure).optional().describe('Of the steps that failed for this text'),
}));
export const docs = named('Docs', z.object({ docs: z.array(doc) }));
export const analysis = named('Analysis', z.union([doc, docs]).meta({ description: 'A Doc for `text`, {docs} for `texts`' }));

export const stepList = named('NlpSteps', z.object({ steps: z.array(z.object({ name: z.string(), parameters: z.record(z.string(), z.unknown()).describe('JSON schema') })) }));

export const pipelineList = named('NlpPipelines', z.object({ pipelines: z.array(z.string()) }));
const definition = z.strictObject({
  name: z.string(),
  version: z.string(),
  steps: z.array(z.looseObject({ use: z.string() })).min(1).describe('{use, as?, with?, when?, needs?} each, in any order'),
});
export const pipelineRequest = named('NlpPipelineRequest', definition);
export const pipelineDefinition = named('NlpPipelineDefinition', definition.clone());
export const pipelineRecord = named('NlpPipeline', z.object({
  name: z.string(),
  revision: z.int().describe('Counts every change'),
  versions: z.record(z.string(), pipelineDefinition),
  aliases: z.record(z.string(), z.string()).describe('Version by alias'),
}));
export const aliasRequest = named('NlpPipelineAliasRequest', z.strictObject({ version: z.string().min(1) }));
export type AliasRequest = z.output<typeof aliasRequest>;
export const runRequest = named('NlpPipelineRunRequest', z.strictObject({ text: input.text, texts: input.texts, offsetUnit }).refine(hasEither, ONE_OF));
export type RunRequest = z.output<typeof runRequest>;
export const runAnswer = named('NlpPipelineDocs', z.object({ pipeline: z.string().describe('name@version that ran'), docs: z.array(doc) }));
export const pipelineRemoved = named('NlpPipelineRemoved', z.object({ name: z.string(), version: z.string().optional(), state: z.literal('removed') }));

function pascal(name: string): string {
  return name.replace(/(^|[-_])(\w)/g, (_match, _dash, letter: string) => letter.toUpperCase());
}
