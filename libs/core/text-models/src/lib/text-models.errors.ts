import { CortexError, quote } from '@cortex/kernel';

/** The text is longer than the model takes and the caller refused truncation. The rest of it was not counted. */
export class TextTooLongError extends CortexError {
  readonly code = 'TEXT.TOO_LONG';
  readonly kind = 'unprocessable';

  constructor(readonly index: number, readonly limit: number) {
    super(`text ${index} has more than the ${limit} tokens that the model takes, and truncation was refused`);
  }
}

/** More text at once than is tokenized for looking at. */
export class TextTooLargeError extends CortexError {
  readonly code = 'TEXT.TOO_LARGE';
  readonly kind = 'too-large';

  constructor(readonly characters: number, readonly limit: number) {
    super(`the text has ${characters} characters, at most ${limit} are tokenized`);
  }
}

/** A token id that the model's vocabulary does not have. */
export class TokenOutOfRangeError extends CortexError {
  readonly code = 'TEXT.TOKEN_OUT_OF_RANGE';
  readonly kind = 'invalid';

  constructor(readonly id: number, readonly vocabularySize: number | undefined) {
    super(
      `token id ${quote(id)} is not in this model's vocabulary (whole numbers from 0 to ${(vocabularySize ?? 2 ** 31) - 1}); some clients ` +
        'send the ids of another tokenizer, send text instead (LangChain: check_embedding_ctx_length=False)',
    );
  }
}

/** The vector cannot be cut to this size. */
export class DimensionsError extends CortexError {
  readonly code = 'TEXT.DIMENSIONS';
  readonly kind = 'invalid';
  override readonly field = 'dimensions';

  constructor(readonly model: string, readonly dimensions: number, readonly accepted: readonly number[]) {
    super(`model ${quote(model)} cannot give ${quote(dimensions)} dimensions, accepted: ${accepted.join(', ') || 'its own size alone'}`);
  }
}

/** The model exists but does something else. */
export class WrongTaskError extends CortexError {
  readonly code = 'TEXT.WRONG_TASK';
  readonly kind = 'invalid';
  override readonly field = 'model';

  constructor(readonly model: string, readonly task: string, readonly wanted: string, readonly alternative?: string) {
    super(`model ${quote(model)} is for ${task}, not for ${wanted}${alternative === undefined ? '' : `; ${quote(alternative)} is`}`);
  }
}

/** The model reads no text: it comes without a tokenizer. Token ids and tensors still work. */
export class NoTokenizerError extends CortexError {
  readonly code = 'TEXT.NO_TOKENIZER';
  readonly kind = 'invalid';
  override readonly field = 'model';

  constructor(readonly model: string) {
    super(`model ${quote(model)} has no tokenizer.json, so it reads no text`);
  }
}

/** The model's tokenizer does not say where in the text its tokens stand, so that what it finds has no place. */
export class NoOffsetsError extends CortexError {
  readonly code = 'TEXT.NO_OFFSETS';
  readonly kind = 'invalid';
  override readonly field = 'model';

  constructor(readonly model: string) {
    super(`model ${quote(model)} cannot annotate: only the tokens of a WordPiece tokenizer (BERT's) are found in their text`);
  }
}

/** The model's folder says neither by heads nor by labels what the numbers of a token mean. */
export class NoHeadsError extends CortexError {
  readonly code = 'TEXT.NO_HEADS';
  readonly kind = 'invalid';
  override readonly field = 'model';

  constructor(readonly model: string) {
    super(`model ${quote(model)} cannot annotate: its manifest has neither heads nor labels`);
  }
}

/** The model has no head of this name. */
export class UnknownHeadError extends CortexError {
  readonly code = 'TEXT.UNKNOWN_HEAD';
  readonly kind = 'invalid';
  override readonly field = 'heads';

  constructor(readonly model: string, readonly head: string, readonly existing: readonly string[]) {
    super(`model ${quote(model)} has no head ${quote(head)}, there is ${existing.map((name) => quote(name)).join(', ')}`);
  }
}

/** The graph gives another number of columns than the model's heads read. */
export class WrongWidthError extends CortexError {
  readonly code = 'TEXT.WRONG_WIDTH';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 30_000;

  constructor(readonly model: string, readonly width: number, readonly expected: number) {
    super(`the graph of model ${quote(model)} gives ${width} numbers a token, its heads read ${expected}`);
  }
}

/** The model's tokenizer.json cannot be used; the reason is without paths. */
export class TokenizerBrokenError extends CortexError {
  readonly code = 'TEXT.TOKENIZER_BROKEN';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 30_000;

  constructor(readonly model: string, readonly reason: string, options?: ErrorOptions) {
    super(`the tokenizer.json of model ${quote(model)} could not be used: ${quote(reason, 200)}`, options);
  }
}

/** There is nothing to read: no texts, no documents, or a row of no token ids. An empty text is something. */
export class EmptyInputError extends CortexError {
  readonly code = 'TEXT.EMPTY_INPUT';
  readonly kind = 'invalid';

  constructor(override readonly field: string) {
    super(`'${field}' must not be empty`);
  }
}
