import { CortexError, quote } from '@cortex/kernel';

const MOST_NAMED = 10;

/** The text is no `name[@version|@alias][+variant]`. */
export class InvalidReferenceError extends CortexError {
  readonly code = 'REGISTRY.INVALID_REFERENCE';
  readonly kind = 'invalid';
  override readonly field = 'model';

  constructor(readonly reference: string) {
    super(`model ${named(reference)} is not written as name[@version][+variant], each of letters, digits, '.', '_' and '-'`);
  }
}

/** No folder holds a model of this name. */
export class ModelNotFoundError extends CortexError {
  readonly code = 'REGISTRY.MODEL_NOT_FOUND';
  readonly kind = 'not-found';
  override readonly field = 'model';

  constructor(readonly model: string, readonly existing: readonly string[]) {
    super(`model ${named(model)} does not exist, there is ${listed(existing)}`);
  }
}

/** The model exists, but neither a version nor an alias of this name. */
export class VersionNotFoundError extends CortexError {
  readonly code = 'REGISTRY.VERSION_NOT_FOUND';
  readonly kind = 'not-found';
  override readonly field = 'model';

  constructor(readonly model: string, readonly version: string, readonly existing: readonly string[]) {
    super(`model ${named(model)} has no version ${named(version)}, there is ${listed(existing)}`);
  }
}

/** The version exists, but not in this variant. */
export class VariantNotFoundError extends CortexError {
  readonly code = 'REGISTRY.VARIANT_NOT_FOUND';
  readonly kind = 'not-found';
  override readonly field = 'model';

  constructor(readonly model: string, readonly variant: string, readonly existing: readonly string[]) {
    super(`model ${named(model)} has no variant ${named(variant)}, there is ${listed(existing)}`);
  }
}

/** An operator unloaded it; it answers again after a load. */
export class ModelUnloadedError extends CortexError {
  readonly code = 'REGISTRY.MODEL_UNLOADED';
  readonly kind = 'not-found';
  override readonly field = 'model';

  constructor(readonly model: string) {
    super(`model ${named(model)} was unloaded, load it to use it again`);
  }
}

/** Its folder cannot be served; the reason names files relative to the folder. */
export class ModelBrokenError extends CortexError {
  readonly code = 'REGISTRY.MODEL_BROKEN';
  readonly kind = 'unavailable';
  override readonly field = 'model';
  override readonly retryAfterMs = 30_000;

  constructor(readonly model: string, readonly reason: string) {
    super(`model ${named(model)} cannot be served: ${quote(reason, 300)}`);
  }
}

/** The request names no model and none is set for its task. */
export class NoDefaultModelError extends CortexError {
  readonly code = 'REGISTRY.NO_DEFAULT_MODEL';
  readonly kind = 'not-found';
  override readonly field = 'model';

  constructor(readonly task: string) {
    super(`no model was named and none is the default for ${named(task)}`);
  }
}

function named(value: string): string {
  return `'${quote(value)}'`;
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).map((name) => quote(name)).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
