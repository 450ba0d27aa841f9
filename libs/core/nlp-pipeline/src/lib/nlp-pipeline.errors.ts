import { CortexError, quote } from '@cortex/kernel';

/** More text in one call than is held in memory at once. */
export class TextsTooLargeError extends CortexError {
  readonly code = 'NLP.TEXT_TOO_LARGE';
  readonly kind = 'too-large';

  constructor(readonly characters: number, readonly limit: number) {
    super(`the texts have ${characters} characters together, at most ${limit} are analysed in one call`);
  }
}

/** The engine is not made for the text's language, and nobody named another for it. */
export class LanguageUnsupportedError extends CortexError {
  readonly code = 'NLP.LANGUAGE_UNSUPPORTED';
  readonly kind = 'unprocessable';

  constructor(readonly engine: string, readonly language: string, readonly supported: readonly string[]) {
    super(`${engine} is not made for the language ${quote(language)}, only for ${supported.join(', ')}`);
  }
}

/** A step that this one builds on gave nothing for this text. */
export class NeedsMissingError extends CortexError {
  readonly code = 'NLP.NEEDS_MISSING';
  readonly kind = 'unprocessable';

  constructor(readonly part: string) {
    super(`needs '${part}', which failed for this text`);
  }
}

/** The model has no such head: it was made for something else. */
export class HeadMissingError extends CortexError {
  readonly code = 'NLP.HEAD_MISSING';
  readonly kind = 'invalid';
  override readonly field = 'model';

  constructor(readonly model: string, readonly head: string, readonly heads: readonly string[]) {
    super(`model ${quote(model)} has no head ${quote(head)}, only ${heads.join(', ')}`);
  }
}

/** A label's hypothesis leaves the model no room for the text that it is held against. */
export class HypothesisTooLongError extends CortexError {
  readonly code = 'NLP.HYPOTHESIS_TOO_LONG';
  readonly kind = 'unprocessable';
  override readonly field = 'labels';

  constructor(readonly model: string) {
    super(`a label's description and the template are too long for model ${quote(model)} to read a text beside them`);
  }
}

/** A step that asks a model stands in a pipeline that was given no models. */
export class NoModelsError extends CortexError {
  readonly code = 'NLP.NO_MODELS';
  readonly kind = 'invalid';
  override readonly field = 'model';

  constructor() {
    super('this pipeline has a step that asks a model, but it was made without models');
  }
}

/** A step was asked for that nobody registered. */
export class UnknownStepError extends CortexError {
  readonly code = 'NLP.UNKNOWN_STEP';
  readonly kind = 'invalid';

  constructor(override readonly field: string, readonly step: string, readonly known: readonly string[]) {
    super(`${field}: there is no step ${quote(step)}, only ${known.join(', ')}`);
  }
}

/** A pipeline's definition, or one of its parameters, cannot be read. */
export class InvalidDefinitionError extends CortexError {
  readonly code = 'NLP.INVALID_DEFINITION';
  readonly kind = 'invalid';

  constructor(override readonly field: string, reason: string) {
    super(`${field}: ${reason}`);
  }
}

/** A step needs a part that no step of the pipeline gives. */
export class OutputNotMadeError extends CortexError {
  readonly code = 'NLP.OUTPUT_NOT_MADE';
  readonly kind = 'invalid';

  constructor(override readonly field: string, readonly step: string, readonly part: string) {
    super(`${field}: '${step}' needs ${quote(part)}, which no step of this pipeline gives`);
  }
}

/** Two steps give the same part: one of them needs another name (`as`). */
export class DuplicateOutputError extends CortexError {
  readonly code = 'NLP.DUPLICATE_OUTPUT';
  readonly kind = 'invalid';

  constructor(override readonly field: string, readonly part: string) {
    super(`${field}: ${quote(part)} is given twice, name one of them otherwise with 'as'`);
  }
}

/** Steps that wait for each other. */
export class PipelineCycleError extends CortexError {
  readonly code = 'NLP.PIPELINE_CYCLE';
  readonly kind = 'invalid';

  constructor(readonly cycle: readonly string[]) {
    super(`steps wait for each other: ${cycle.map((part) => quote(part)).join(' -> ')}`);
  }
}

/** No pipeline of that name, or not in that version. */
export class PipelineNotFoundError extends CortexError {
  readonly code = 'NLP.PIPELINE_NOT_FOUND';
  readonly kind = 'not-found';

  constructor(readonly reference: string, readonly versions: readonly string[] = []) {
    super(`there is no pipeline ${quote(reference)}${versions.length > 0 ? `, only ${versions.slice(0, 10).join(', ')}` : ''}`);
  }
}

/** This version is there with another definition: versions never change. */
export class PipelineVersionExistsError extends CortexError {
  readonly code = 'NLP.PIPELINE_VERSION_EXISTS';
  readonly kind = 'conflict';
  override readonly field = 'version';

  constructor(readonly pipeline: string, readonly version: string) {
    super(`pipeline ${quote(pipeline)} has a version ${quote(version)} already, and it is another one`);
  }
}

/** Somebody else changed the pipeline at the same time. */
export class PipelineConflictError extends CortexError {
  readonly code = 'NLP.PIPELINE_CONFLICT';
  readonly kind = 'conflict';

  constructor(readonly pipeline: string) {
    super(`pipeline ${quote(pipeline)} was changed by somebody else meanwhile, look again`);
  }
}

/** A version that an alias points to stays. */
export class PipelineInUseError extends CortexError {
  readonly code = 'NLP.PIPELINE_IN_USE';
  readonly kind = 'conflict';

  constructor(readonly pipeline: string, readonly version: string, readonly alias: string) {
    super(`version ${quote(version)} of pipeline ${quote(pipeline)} is what its alias ${quote(alias)} means, move the alias first`);
  }
}

/** Where pipelines are kept does not answer now; the reason is a code. */
export class PipelineCatalogUnavailableError extends CortexError {
  readonly code = 'NLP.CATALOG_UNAVAILABLE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor(readonly reason: string, options?: ErrorOptions) {
    super(`the pipelines cannot be reached (${quote(reason)})`, options);
  }
}
