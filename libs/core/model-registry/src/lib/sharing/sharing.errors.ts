import { CortexError, formatBytes, quote } from '@cortex/kernel';

const MOST_RETRY_MS = 60_000;
const LEAST_RETRY_MS = 1_000;

/** Another server has the version, and this one does not yet. */
export class VersionComingError extends CortexError {
  readonly code = 'REGISTRY.VERSION_COMING';
  readonly kind = 'unavailable';
  override readonly field = 'model';
  override readonly retryAfterMs: number;

  /** Without a progress it has not begun to come. */
  constructor(readonly model: string, readonly version: string, progress?: { readonly bytes: number; readonly totalBytes: number; readonly etaMs?: number }) {
    const howFar = progress ? ` (${formatBytes(progress.bytes)} of ${formatBytes(progress.totalBytes)})` : '';
    super(`version '${quote(version)}' of model '${quote(model)}' is on its way to this server${howFar}`);
    this.retryAfterMs = Math.min(MOST_RETRY_MS, Math.max(LEAST_RETRY_MS, progress?.etaMs ?? 5_000));
  }
}

/** Nothing is shared by this server, or this version cannot be. */
export class NotShareableError extends CortexError {
  readonly code = 'REGISTRY.NOT_SHAREABLE';
  readonly kind = 'conflict';

  constructor(readonly reason: string) {
    super(`the version cannot be shared: ${quote(reason, 200)}`);
  }
}
