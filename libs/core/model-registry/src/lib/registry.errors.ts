import { CortexError, formatBytes, quote } from '@cortex/kernel';
import type { GateReport } from './gate';

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

/** The model exists, but has no alias of this name. */
export class AliasNotFoundError extends CortexError {
  readonly code = 'REGISTRY.ALIAS_NOT_FOUND';
  readonly kind = 'not-found';

  constructor(readonly model: string, readonly alias: string, readonly existing: readonly string[]) {
    super(`model ${named(model)} has no alias ${named(alias)}, there is ${listed(existing)}`);
  }
}

/** An alias is written as a name is, and no version of the model has that name. */
export class InvalidAliasError extends CortexError {
  readonly code = 'REGISTRY.INVALID_ALIAS';
  readonly kind = 'invalid';
  override readonly field = 'alias';

  constructor(readonly alias: string, reason: string) {
    super(`alias ${named(alias)} ${reason}`);
  }
}

/** Somebody else moved the alias: look at what it is now, then decide anew. */
export class AliasMovedError extends CortexError {
  readonly code = 'REGISTRY.ALIAS_MOVED';
  readonly kind = 'conflict';

  constructor(readonly model: string, readonly alias: string, readonly moved: { readonly expected: string | undefined; readonly now: string | undefined }) {
    super(`alias ${named(alias)} of model ${named(model)} is ${moved.now ?? 'not set'} now, not ${moved.expected ?? 'unset'}`);
  }
}

/** History knows no version that this alias pointed to before. */
export class NothingToRollBackError extends CortexError {
  readonly code = 'REGISTRY.NOTHING_TO_ROLL_BACK';
  readonly kind = 'conflict';

  constructor(readonly model: string, readonly alias: string) {
    super(`alias ${named(alias)} of model ${named(model)} has no version before its present one`);
  }
}

/** The version cannot be deleted while an alias or a rollout names it. */
export class VersionInUseError extends CortexError {
  readonly code = 'REGISTRY.VERSION_IN_USE';
  readonly kind = 'conflict';

  constructor(readonly model: string, readonly version: string, readonly users: readonly string[]) {
    super(`version ${named(version)} of model ${named(model)} is in use by ${listed(users)}`);
  }
}

/** The version lies where nothing can be deleted. */
export class VersionFixedError extends CortexError {
  readonly code = 'REGISTRY.VERSION_FIXED';
  readonly kind = 'conflict';

  constructor(readonly model: string, readonly version: string, readonly reason: string) {
    super(`version ${named(version)} of model ${named(model)} cannot be deleted: ${quote(reason, 200)}`);
  }
}

/** A version did not show what the alias asks for; the alias stays where it is. */
export class GateFailedError extends CortexError {
  readonly code = 'REGISTRY.GATE_FAILED';
  readonly kind = 'conflict';

  constructor(readonly model: string, readonly report: GateReport) {
    super(`version ${named(report.version)} of model ${named(model)} does not pass the gate of ${named(report.alias)}: ${failuresIn(report)}`);
  }
}

/** The alias has no gate. */
export class GateNotFoundError extends CortexError {
  readonly code = 'REGISTRY.GATE_NOT_FOUND';
  readonly kind = 'not-found';

  constructor(readonly model: string, readonly alias: string) {
    super(`alias ${named(alias)} of model ${named(model)} has no gate`);
  }
}

/** A gate of this model is being run; one at a time, so that they do not disturb each other's times. */
export class GateRunningError extends CortexError {
  readonly code = 'REGISTRY.GATE_RUNNING';
  readonly kind = 'conflict';

  constructor(readonly model: string) {
    super(`a gate of model ${named(model)} is being run, come back when it is through`);
  }
}

/** The alias has no rollout. */
export class RolloutNotFoundError extends CortexError {
  readonly code = 'REGISTRY.ROLLOUT_NOT_FOUND';
  readonly kind = 'not-found';

  constructor(readonly model: string, readonly alias: string) {
    super(`alias ${named(alias)} of model ${named(model)} has no rollout`);
  }
}

/** A rollout needs another version than the alias's, and a share above 0 and at most 1. */
export class InvalidRolloutError extends CortexError {
  readonly code = 'REGISTRY.INVALID_ROLLOUT';
  readonly kind = 'invalid';

  constructor(override readonly field: 'version' | 'weight', message: string) {
    super(message);
  }
}

/** Somebody else changed the record meanwhile. `kept` is undefined where only that is known. */
export class CatalogConflictError extends CortexError {
  readonly code = 'REGISTRY.CATALOG_CONFLICT';
  readonly kind = 'conflict';

  constructor(readonly model: string, readonly expected: number, readonly kept: number | undefined) {
    super(`the record of model ${named(model)} is at revision ${kept ?? 'another one'}, not ${expected}: somebody changed it meanwhile`);
  }
}

/** The kept record cannot be read. It is left as it is: an operator mends or removes it. */
export class CatalogDamagedError extends CortexError {
  readonly code = 'REGISTRY.CATALOG_DAMAGED';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 30_000;

  constructor(readonly model: string, readonly reason: string) {
    super(`the catalogue's record of model ${named(model)} is damaged: ${quote(reason, 200)}; mend or remove it`);
  }
}

/** The catalogue cannot be read or written now; the reason is the system's code. */
export class CatalogUnavailableError extends CortexError {
  readonly code = 'REGISTRY.CATALOG_UNAVAILABLE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 5_000;

  constructor(readonly reason: string, options?: ErrorOptions) {
    super(`the model catalogue cannot be used (${quote(reason)})`, options);
  }
}

/** What is kept of a model grew beyond what is read and written whole; the gates' inputs are the part that may be cut. */
export class RecordTooLargeError extends CortexError {
  readonly code = 'REGISTRY.RECORD_TOO_LARGE';
  readonly kind = 'too-large';

  constructor(readonly model: string, readonly bytes: number, readonly limitBytes: number) {
    super(`the record of model ${named(model)} would have ${formatBytes(bytes)}, the limit is ${formatBytes(limitBytes)}; give its gates fewer inputs`);
  }
}

function failuresIn({ checks }: GateReport): string {
  const failed = checks.filter(({ passed }) => !passed);
  return failed.map(({ part, measured, bound, detail }) => `${part}${measured === undefined ? '' : ` ${rounded(measured)} against ${bound}`}${detail ? ` (${quote(detail, 120)})` : ''}`).join(', ');
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

function named(value: string): string {
  return `'${quote(value)}'`;
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).map((name) => quote(name)).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
