import { CortexError, quote } from '@cortex/kernel';

/** Thrown for a filter that cannot be read, with the place of the mistake. */
export class InvalidFilterError extends CortexError {
  readonly code = 'QUERY.FILTER';
  readonly kind = 'invalid';
  override readonly field = 'filter';

  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`filter at ${quote(path, 200)}: ${reason}`);
  }
}

/** Thrown for metadata whose names, types or sizes are not allowed. */
export class InvalidMetadataError extends CortexError {
  readonly code = 'QUERY.METADATA';
  readonly kind = 'invalid';
  override readonly field = 'metadata';

  constructor(
    readonly metadataField: string,
    readonly reason: string,
  ) {
    super(`metadata '${quote(metadataField)}': ${reason}`);
  }
}

/** Thrown for a document that its parser cannot read: broken, encrypted, or not what it says it is. */
export class DocumentUnreadableError extends CortexError {
  readonly code = 'QUERY.DOCUMENT_UNREADABLE';
  readonly kind = 'unprocessable';

  constructor(
    readonly mediaType: string,
    readonly reason: string,
    cause?: unknown,
  ) {
    super(`the document cannot be read as ${quote(mediaType)}: ${reason}`, { cause });
  }
}

/** Thrown for a document that is, or unfolds to, more than a limit. */
export class DocumentTooLargeError extends CortexError {
  readonly code = 'QUERY.DOCUMENT_TOO_LARGE';
  readonly kind = 'too-large';

  constructor(
    readonly what: string,
    readonly limit: number,
  ) {
    super(`the document has more than ${limit} ${what}`);
  }
}

/** Thrown for a document in which no text was found: an empty one, or one of pictures alone. */
export class DocumentEmptyError extends CortexError {
  readonly code = 'QUERY.DOCUMENT_EMPTY';
  readonly kind = 'unprocessable';

  constructor() {
    super('no text was found in the document');
  }
}

/** Thrown for a vector whose width is not its space's. */
export class VectorWidthError extends CortexError {
  readonly code = 'QUERY.VECTOR_WIDTH';
  readonly kind = 'conflict';

  constructor(
    readonly width: number,
    readonly expected: number,
  ) {
    super(`a vector of ${width} numbers does not belong to a space of ${expected}`);
  }
}

/** Thrown where a collection of that name is there. */
export class CollectionExistsError extends CortexError {
  readonly code = 'QUERY.COLLECTION_EXISTS';
  readonly kind = 'conflict';

  constructor(readonly collection: string) {
    super(`the collection '${quote(collection)}' exists`);
  }
}

/** Thrown where somebody else changed a collection meanwhile. */
export class CollectionConflictError extends CortexError {
  readonly code = 'QUERY.COLLECTION_CONFLICT';
  readonly kind = 'conflict';

  constructor(readonly collection: string) {
    super(`the collection '${quote(collection)}' was changed by somebody else; read it again`);
  }
}

/** Thrown where of a document that shall be found fewer passages are written than it has: another was at work on it, too. */
export class PassagesMissingError extends CortexError {
  readonly code = 'QUERY.PASSAGES_MISSING';
  readonly kind = 'unavailable';

  constructor(
    readonly document: string,
    readonly written: number,
    readonly expected: number,
  ) {
    super(`of ${expected} passages of document '${quote(document)}' ${written} are written`);
  }
}

/** Thrown where the store of collections, documents or passages cannot be reached. */
export class QueryStoreUnavailableError extends CortexError {
  readonly code = 'QUERY.STORE_UNAVAILABLE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 1_000;

  constructor(cause: unknown) {
    super('the store of collections cannot be reached', { cause });
  }
}

/** Thrown for a collection that is not there, or not the caller's. */
export class CollectionNotFoundError extends CortexError {
  readonly code = 'QUERY.COLLECTION_NOT_FOUND';
  readonly kind = 'not-found';

  constructor(readonly collection: string) {
    super(`there is no collection '${quote(collection)}'`);
  }
}

/** Thrown for a document that is not there. */
export class DocumentNotFoundError extends CortexError {
  readonly code = 'QUERY.DOCUMENT_NOT_FOUND';
  readonly kind = 'not-found';

  constructor(readonly document: string) {
    super(`there is no document '${quote(document)}'`);
  }
}

/** Thrown for an order of a collection, or of documents, that cannot be followed. */
export class InvalidCollectionError extends CortexError {
  readonly code = 'QUERY.INVALID';
  readonly kind = 'invalid';

  constructor(
    override readonly field: string,
    readonly reason: string,
  ) {
    super(`${field}: ${reason}`);
  }
}

/** Thrown where somebody else changes the same document at the same time. */
export class DocumentConflictError extends CortexError {
  readonly code = 'QUERY.DOCUMENT_CONFLICT';
  readonly kind = 'conflict';

  constructor(readonly document: string) {
    super(`the document '${quote(document)}' is being changed by somebody else`);
  }
}

/** Thrown where the model of a space gives other vectors than those in it, or cannot be had any more: vectors of two models do not compare. */
export class SpaceModelChangedError extends CortexError {
  readonly code = 'QUERY.SPACE_MODEL_CHANGED';
  readonly kind = 'conflict';

  constructor(
    readonly model: string,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`the collection's vectors are by '${quote(model)}' with digest ${quote(expected)}, which answers with ${quote(found)} now; give the collection a new space`);
  }
}

/** Thrown for a space that the collection does not have. */
export class SpaceNotFoundError extends CortexError {
  readonly code = 'QUERY.SPACE_NOT_FOUND';
  readonly kind = 'not-found';

  constructor(readonly space: string) {
    super(`the collection has no space '${quote(space)}'`);
  }
}

/** Thrown for what cannot be done to a space now. */
export class SpaceInUseError extends CortexError {
  readonly code = 'QUERY.SPACE_IN_USE';
  readonly kind = 'conflict';

  constructor(
    readonly space: string,
    readonly reason: string,
  ) {
    super(`space '${quote(space)}': ${reason}`);
  }
}

/** Thrown for an answer by a model that is not among those configured. */
export class UnknownAnswerModelError extends CortexError {
  readonly code = 'QUERY.ANSWER_MODEL_UNKNOWN';
  readonly kind = 'invalid';
  override readonly field = 'by';

  constructor(
    readonly by: string,
    readonly known: readonly string[],
  ) {
    super(`no answers by '${quote(by)}'; there are: ${known.map((name) => quote(name)).join(', ')}`);
  }
}

/** Thrown for a document whose pieces, as a splitter made them, cannot be cited or embedded. */
export class SplitterError extends CortexError {
  readonly code = 'QUERY.SPLITTER';
  readonly kind = 'unprocessable';
}

/** Thrown for a pipeline of another system that is not there, or may not be run. */
export class UnknownPipelineError extends CortexError {
  readonly code = 'QUERY.PIPELINE_UNKNOWN';
  readonly kind = 'not-found';

  constructor(readonly pipeline: string) {
    super(`there is no pipeline '${quote(pipeline)}' that may be run`);
  }
}
