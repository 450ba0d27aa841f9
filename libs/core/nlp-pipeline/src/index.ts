/** Texts in, Docs out. */
export { Nlp, type AnalyzeOptions } from './lib/nlp';
/** What is known of a text; offsets are UTF-16 units unless `offsetUnit` says otherwise. */
export { type Doc, type DocHead, type Entity, type Language, type OffsetUnit, type Span, type Token } from './lib/doc';
export { type StepFailure } from './lib/step-failure';
/** The same Doc in code points, as Python counts. */
export { withOffsets } from './lib/offsets';
export { CodePoints } from './lib/code-points';
/** A pipeline in TypeScript: `pipeline({ models }).use(language()).use(entities())`. */
export { pipeline, Pipeline, type PipelineParts, type Placing } from './lib/pipeline/pipeline';
export { type Condition } from './lib/pipeline/condition';
/** Pipelines as data: versions that never change, aliases that move. */
export { Pipelines, type PipelineRun, type ResolvedPipeline } from './lib/pipeline/pipelines';
export { definitionSchema, parseDefinition, type PipelineDefinition, type StepEntry } from './lib/pipeline/definition';
/** Port: where pipelines are kept; and one in memory. */
export { PipelineCatalog } from './lib/pipeline/pipeline-catalog.port';
export { type PipelineRecord } from './lib/pipeline/pipeline-record';
export { MemoryPipelineCatalog } from './lib/pipeline/memory-pipeline-catalog';
/** Steps, by themselves or by name in a definition. */
export { classify, type Categories } from './lib/steps/classify.step';
export { duplicates, type Duplicate } from './lib/steps/duplicates.step';
export { embed } from './lib/steps/embed.step';
export { entities } from './lib/steps/entities.step';
export { keyphrases } from './lib/steps/keyphrases.step';
export { type Phrase } from './lib/text/phrases';
export { language } from './lib/steps/language.step';
export { pii } from './lib/steps/pii.step';
export { posLemma } from './lib/steps/pos-lemma.step';
export { sentences } from './lib/steps/sentences.step';
export { sentiment, type Sentiment } from './lib/steps/sentiment.step';
export { similarity } from './lib/steps/similarity.step';
export { summary, type Summary } from './lib/steps/summary.step';
export { tokens } from './lib/steps/tokens.step';
/** What a model labelled, as entities. */
export { entitiesIn } from './lib/text/entities-in';
/** The language that most of a text is in: `{ code: 'en', confidence: 0.9 }`, or `unknown`. */
export { detectLanguage } from './lib/text/language-detector';
/** Maximal marginal relevance: which of many vectors are relevant and do not say the same. */
export { mmr, type MmrOptions } from './lib/text/vectors';
/** For steps of one's own. */
export { defineStep, type StepDefinition, type StepKind, type StepPlan } from './lib/steps/define-step';
export { type DocInWork, type KnownParts, type Outcome, type Step } from './lib/step';
export { type Annotated, type Models, type Run } from './lib/run';
export { Pace } from './lib/pace';
/** What a caller may meet; codes `NLP.…`. */
export {
  DuplicateOutputError,
  HeadMissingError,
  HypothesisTooLongError,
  InvalidDefinitionError,
  LanguageUnsupportedError,
  NeedsMissingError,
  NoModelsError,
  OutputNotMadeError,
  PipelineCatalogUnavailableError,
  PipelineConflictError,
  PipelineCycleError,
  PipelineInUseError,
  PipelineNotFoundError,
  PipelineVersionExistsError,
  TextsTooLargeError,
  UnknownStepError,
} from './lib/nlp-pipeline.errors';
/** Options with their defaults, and the Nest face. */
export { nlpOptionsSchema, type NlpOptions } from './lib/nlp.options';
export { NlpModule, type NlpModuleOptions } from './lib/nlp.module';
/** Personal data by its form, check digits and the words beside it: `findPii(text)`; offsets are UTF-16 units. */
export { findPii, searchPii, type PiiOptions } from './lib/pii/find-pii';
export { type PiiFinding } from './lib/pii/pii-finding';
export { NAME_HEADS, isNameType, nameTypeOf, namesAsPii } from './lib/pii/name-types';
export { PII_RECOGNIZERS, PII_RULES, recognizersFor } from './lib/pii/recognizers';
export { type PiiRecognizer, type Sighting } from './lib/pii/recognizer';
/** Takes findings out of a text (replace, redact, mask, hash, encrypt, keep) and puts encrypted ones back, as Presidio does. */
export { anonymize, deanonymize, type ChangedText, type Operators } from './lib/pii/anonymize';
export { ANONYMIZERS, DEANONYMIZERS, type OperatorConfig } from './lib/pii/operators';
export { type ChangedSpan, type ScoredSpan, type TypedSpan } from './lib/pii/spans';
/** A deny list as a recognizer. */
export { wordListRecognizer, type WordList } from './lib/pii/word-list';
export { AnonymizerParameterError, DecryptionFailedError, RecognizerRefusedError } from './lib/pii/pii.errors';
