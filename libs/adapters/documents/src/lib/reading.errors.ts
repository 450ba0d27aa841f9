/** Thrown inside of a reading process, which knows nothing of the query lib: loading that takes longer than reading a document. */
export class UnreadableError extends Error {
  constructor(reason: string, cause?: unknown) {
    super(reason, { cause });
  }
}

/** Likewise, for what is above a limit. */
export class TooLargeError extends Error {
  constructor(
    readonly what: string,
    readonly limit: number,
  ) {
    super(`more than ${limit} ${what}`);
  }
}
