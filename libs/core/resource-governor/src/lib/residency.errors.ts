import { CortexError, formatBytes } from '@cortex/kernel';

/** It is larger than all of the memory for models. Only a larger budget helps. */
export class TooLargeForBudgetError extends CortexError {
  readonly code = 'GOVERNOR.MODEL_TOO_LARGE';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 60_000;

  constructor(readonly key: string, readonly bytes: number, readonly limitBytes: number) {
    super(`${key} needs ${formatBytes(bytes)} of memory, the limit for all models is ${formatBytes(limitBytes)}`);
  }
}

/** All that is loaded is pinned, or stayed in use for as long as was waited. */
export class NoRoomError extends CortexError {
  readonly code = 'GOVERNOR.NO_MEMORY';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 5_000;

  constructor(readonly key: string, readonly bytes: number, { heldBytes, limitBytes }: { readonly heldBytes: number; readonly limitBytes: number }) {
    super(`${key} needs ${formatBytes(bytes)} of memory, ${formatBytes(heldBytes)} of ${formatBytes(limitBytes)} are held by models that are pinned or in use`);
  }
}

/** Loads go one after another, and those before it took too long. */
export class LoadsWaitError extends CortexError {
  readonly code = 'GOVERNOR.LOADS_WAIT';
  readonly kind = 'unavailable';
  override readonly retryAfterMs = 10_000;

  constructor(readonly key: string, readonly waitedMs: number) {
    super(`${key} was not loaded within ${waitedMs} ms, because others were being loaded`);
  }
}
