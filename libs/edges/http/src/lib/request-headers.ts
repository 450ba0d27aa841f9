import type { IncomingHttpHeaders } from 'node:http';
import { PRIORITIES, RANK, quote, traceIdOf, type CachePolicy, type Priority } from '@cortex/kernel';
import { InvalidRequestError } from './http.errors';

/** `x-cortex-priority`, lowered to what the key allows; medium when absent. @throws InvalidRequestError */
export function priorityOf({ 'x-cortex-priority': given }: IncomingHttpHeaders, ceiling: Priority): Priority {
  const wanted = given === undefined ? 'medium' : PRIORITIES.find((priority) => priority === given);
  if (wanted === undefined) throw unreadable('x-cortex-priority', given, `one of ${PRIORITIES.join(', ')}`);
  return RANK[wanted] < RANK[ceiling] ? ceiling : wanted;
}

/** `x-cortex-deadline-ms`; undefined when absent. @throws InvalidRequestError */
export function deadlineOf({ 'x-cortex-deadline-ms': given }: IncomingHttpHeaders): number | undefined {
  if (given === undefined) return undefined;
  const afterMs = Number(given);
  if (!/^\d{1,15}$/.test(String(given)) || afterMs === 0) throw unreadable('x-cortex-deadline-ms', given, 'whole milliseconds above 0');
  return afterMs;
}

/** What a request's `cache-control` may say without asking anything of this cache (RFC 9111, section 5.2.1). */
const NEUTRAL = /^(no-transform|only-if-cached|(max-age|max-stale|min-fresh)=\d+|max-stale)$/;

/** `no-store` bypasses the caches, `no-cache` and `max-age=0` refresh them. @throws InvalidRequestError */
export function cachePolicyOf({ 'cache-control': given }: IncomingHttpHeaders): CachePolicy {
  if (given === undefined) return 'use';
  const directives = given.toLowerCase().split(',').map((directive) => directive.trim());
  if (directives.includes('no-store')) return 'bypass';
  if (directives.some((directive) => directive === 'no-cache' || directive === 'max-age=0')) return 'refresh';
  if (directives.every((directive) => NEUTRAL.test(directive))) return 'use';
  throw unreadable('cache-control', given, 'no-cache or no-store');
}

/** The trace id of `traceparent`; undefined when absent. @throws InvalidRequestError */
export function traceOf({ traceparent: given }: IncomingHttpHeaders): string | undefined {
  if (given === undefined) return undefined;
  const traceId = traceIdOf(String(given));
  if (traceId === undefined) throw unreadable('traceparent', given, 'version-traceid-parentid-flags in lower-case hex digits, as in W3C Trace Context');
  return traceId;
}

function unreadable(header: string, value: unknown, accepted: string): InvalidRequestError {
  return new InvalidRequestError(header, `header ${header} is ${quote(value)}, expected ${accepted}`);
}
