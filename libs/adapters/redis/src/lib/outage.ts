/** Redis did not answer in time. */
export class NoAnswer extends Error {}

/** Refusals that say how the server is; all others are about the one command. */
const SERVER_WIDE = ['BUSY', 'CLUSTERDOWN', 'LOADING', 'MASTERDOWN', 'MISCONF', 'NOAUTH', 'NOREPLICAS', 'OOM', 'READONLY', 'WRONGPASS'];
const CONSTANT = /^[A-Z][A-Z0-9_]{1,30}$/;

/** Whether the server as a whole will not do its work. */
export function isServerWide(reason: string | undefined): boolean {
  return reason !== undefined && SERVER_WIDE.includes(reason);
}

/** A short constant for what went wrong, where it says: the system's code or the first word of Redis' refusal. Messages may hold addresses and arguments. */
export function reasonOf(error: unknown): string | undefined {
  if (error instanceof NoAnswer) return 'TIMEOUT';
  if (typeof error !== 'object' || error === null) return undefined;
  // Of all nodes of a cluster the last one's.
  if ('lastNodeError' in error) return reasonOf(error.lastNodeError);
  const { code, name, message } = error as { readonly code?: unknown; readonly name?: unknown; readonly message?: unknown };
  const word = name === 'ReplyError' ? String(message).split(' ', 1)[0]! : String(code);
  return CONSTANT.test(word) ? word : undefined;
}
