import { CortexError, quote } from '@cortex/kernel';

/** No request of this tenant with this id is remembered. */
export class RequestUnknownError extends CortexError {
  readonly code = 'REQUEST.UNKNOWN';
  readonly kind = 'not-found';

  constructor(readonly id: string) {
    super(`no request ${quote(id)} is remembered: the last thousand are`);
  }
}

/** Only what runs a model can be explained. */
export class NothingToExplainError extends CortexError {
  readonly code = 'REQUEST.NOTHING_TO_EXPLAIN';
  readonly kind = 'invalid';
  override readonly field = 'path';

  constructor(path: string) {
    super(`path is ${quote(path)}, expected the path of a request that runs a model, such as /v1/embeddings`);
  }
}
