import { CortexError } from '@cortex/kernel';
import { isBrokenCircuitError } from 'cockatiel';
import { LangchainRefusedError, LangchainUnavailableError } from '../langchain.errors';

const TOO_MANY = 429;

/** What a provider's client threw, without its text: that may hold a key, a prompt, or whatever a server said. */
export function failureOf(error: unknown): CortexError {
  if (error instanceof CortexError) return error;
  if (isBrokenCircuitError(error)) return new LangchainUnavailableError('breaker open');
  const status = statusOf(error);
  if (status === TOO_MANY) return new LangchainUnavailableError('rate limit');
  if (status !== undefined && status >= 400 && status < 500) return new LangchainRefusedError(status);
  return new LangchainUnavailableError(status === undefined ? 'no answer' : 'server error');
}

function statusOf(error: unknown): number | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if ('status' in at && typeof at.status === 'number') return at.status;
  return undefined;
}
