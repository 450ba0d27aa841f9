import { CortexError, systemCodeOf } from '@cortex/kernel';

/** A source that exists and does not say what it should. It ends as a name in `unreadable`, never at a caller. */
export class UnreadableError extends CortexError {
  readonly code = 'HOST.UNREADABLE';
  readonly kind = 'unavailable';
}

/** Whether the source is to blame: the system refused it, or it says nonsense. Everything else is a bug of ours. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof UnreadableError || systemCodeOf(error) !== undefined;
}
