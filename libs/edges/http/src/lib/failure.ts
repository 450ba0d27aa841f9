import { CortexError } from '@cortex/kernel';
import { statusOf } from './error-status';

/** An error as a client may see it: no stack, no path, no host. */
export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly field?: string;
  /** Set on every 429 and 503. */
  readonly retryAfterMs?: number;
  /** Whether it is a bug, to be logged. */
  readonly unexpected?: boolean;
}

/** Where an error does not say when to come back. */
const RETRY_AFTER_MS = 1_000;

/** Reads any thrown value. A CortexError speaks for itself, Fastify's own refusals keep their status, the rest is a bug. */
export function failureOf(error: unknown, requestId: string): Failure {
  if (error instanceof CortexError) return ofCortex(error);
  return ofFastify(error) ?? unexpected(requestId);
}

function ofCortex({ kind, code, message, field, retryAfterMs }: CortexError): Failure {
  const status = statusOf(kind);
  const mayRetry = status === 429 || status === 503;
  return { status, code, message, field, retryAfterMs: mayRetry ? (retryAfterMs ?? RETRY_AFTER_MS) : undefined };
}

/** Fastify refuses a malformed URL, an over-long parameter or an unreadable content type before any handler runs. */
function ofFastify(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || !('code' in error)) return undefined;
  const { statusCode: status, code, message } = error;
  if (typeof status !== 'number' || status < 400 || status >= 500 || !String(code).startsWith('FST_')) return undefined;
  return { status, code: status === 415 ? 'REQUEST.UNSUPPORTED_CONTENT' : 'REQUEST.INVALID', message };
}

function unexpected(requestId: string): Failure {
  return { status: 500, code: 'INTERNAL', message: `an internal error happened, it is logged as request ${requestId}`, unexpected: true };
}
