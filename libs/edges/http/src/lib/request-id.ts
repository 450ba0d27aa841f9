import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What is echoed: printable, no spaces, nothing that a log line or a header could stumble over. */
const SANE = /^[A-Za-z0-9._:@/+=-]{1,128}$/;

/** Told apart by process, so that ids of replicas do not meet; counted within it, so that none costs randomness. */
const prefix = randomBytes(6).toString('base64url');
let count = 0;

/** The caller's `x-request-id` when it is sane, otherwise one that is new in the fleet. */
export function requestIdOf({ 'x-request-id': given }: IncomingHttpHeaders): string {
  if (typeof given === 'string' && SANE.test(given)) return given;
  count += 1;
  return `${prefix}-${count.toString(36)}`;
}
