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
