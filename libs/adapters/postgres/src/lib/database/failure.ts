import { isNativeError } from 'node:util/types';
import { CortexError } from '@cortex/kernel';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { DatabaseUnavailableError } from '../postgres.errors';

/** Why a statement did not succeed. */
export interface Failure {
  /** A code of the server's (SQLSTATE) or the system's, or one of ours where the driver has none. */
  readonly reason: string;
  /** `outage`: the connection is of no use any more. `busy`: the same statement may succeed later. `refused`: it will not. */
  readonly kind: 'outage' | 'busy' | 'refused';
}

const SQLSTATE = /^[0-9FHPX][0-9A-Z]{4}$/;
/** After these the connection, or the server behind it, is not what it should be: also one that became a read-only standby. */
const OUTAGE = /^(?:08...|57P0.|53300|25006|58...|XX...|28...|3D000)$/;
/** Cancelled by a time-out, no lock in time, a deadlock, a conflict of transactions, no memory, no space. */
const BUSY = new Set(['57014', '55P03', '40P01', '40001', '53100', '53200']);
/** Of the network and of TLS, not of a mistake in a call. */
const SYSTEM = /^(?:E(?!RR_)[A-Z0-9_]+|[A-Z_]*(?:CERT|TLS|SSL|UNABLE_TO)[A-Z_]*)$/;
/** The driver's errors without a code. */
const BY_MESSAGE: readonly (readonly [RegExp, Failure])[] = [
  [/timeout exceeded when trying to connect/, { reason: 'POOL_EXHAUSTED', kind: 'busy' }],
  [/Query read timeout|connection timeout/, { reason: 'TIMEOUT', kind: 'outage' }],
  [/Connection terminated|not queryable/, { reason: 'CONNECTION_LOST', kind: 'outage' }],
  [/pool after calling end|Driver not Connected/, { reason: 'CLOSED', kind: 'outage' }],
];

/** What the driver's error means; undefined for what does not come from the database. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CortexError || !isNativeError(error)) return undefined;
  if (error instanceof QueryRunnerAlreadyReleasedError) return { reason: 'CONNECTION_LOST', kind: 'outage' };
  if (error instanceof QueryFailedError) return failureOf(error.driverError) ?? { reason: 'DRIVER', kind: 'refused' };
  const code = 'code' in error ? String(error.code) : '';
  if (SQLSTATE.test(code)) return { reason: code, kind: BUSY.has(code) ? 'busy' : OUTAGE.test(code) ? 'outage' : 'refused' };
  if (SYSTEM.test(code)) return { reason: code, kind: 'outage' };
  return BY_MESSAGE.find(([pattern]) => pattern.test(error.message))?.[1];
}

/** What callers see instead of the driver's error, which carries the statement's values. */
export function publicError(error: unknown, failure: Failure): Error {
  if (failure.kind !== 'refused') return new DatabaseUnavailableError(failure.reason);
  const { message } = error as Error;
  return new Error(`the database refused a statement (${failure.reason}): ${message}`);
}
