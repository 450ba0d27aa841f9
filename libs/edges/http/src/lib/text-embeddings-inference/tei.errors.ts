import { CortexError } from '@cortex/kernel';

/** Sparse vectors come from SPLADE models, and none of the models here is one. */
export class NotSparseError extends CortexError {
  readonly code = 'TEXT.NOT_SPARSE';
  readonly kind = 'unprocessable';

  constructor() {
    super('sparse embeddings need a model with SPLADE pooling, which is not among the models here; use /embed');
  }
}
