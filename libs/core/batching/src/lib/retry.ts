import { CortexError } from '@cortex/kernel';

/**
 * What becomes of a batch that failed. `apart`: where several submissions shared it, each one's items run once more by
 * themselves, so that a bad row fails only its own caller. `again`: the same, and also where it held only one. `never`.
 */
export type Retry = 'apart' | 'again' | 'never';

/** The default: input that the model refuses (kind unprocessable) runs `apart`, a lost worker (unavailable) `again`. */
export function retryByKind(error: unknown): Retry {
  if (!(error instanceof CortexError)) return 'never';
  if (error.kind === 'unprocessable') return 'apart';
  return error.kind === 'unavailable' ? 'again' : 'never';
}
