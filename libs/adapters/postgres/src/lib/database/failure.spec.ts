import { JobConflictError } from '@cortex/jobs';
import { QueryFailedError } from 'typeorm';
import { DatabaseUnavailableError } from '../postgres.errors';
import { failureOf, publicError } from './failure';

const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code });
const failed = (driverError: Error) => new QueryFailedError('SELECT $1', ['a value'], driverError);

describe('failureOf', () => {
  it.each([
    ['57P01', 'outage'], // the server stops
    ['57P03', 'outage'], // it starts
    ['08006', 'outage'],
    ['25006', 'outage'], // a standby took over, or never was more
    ['53300', 'outage'],
    ['ECONNREFUSED', 'outage'],
    ['EPIPE', 'outage'],
    ['ENOTFOUND', 'outage'],
    ['CERT_HAS_EXPIRED', 'outage'],
    ['57014', 'busy'],
    ['40P01', 'busy'],
    ['53100', 'busy'], // the disk is full
    ['23505', 'refused'],
    ['42P01', 'refused'],
  ])('takes %s for %s', (code, kind) => {
    expect(failureOf(withCode(code))).toEqual({ reason: code, kind });
    expect(failureOf(failed(withCode(code)))).toEqual({ reason: code, kind });
  });

  it.each([
    ['Query read timeout', 'TIMEOUT', 'outage'],
    ['Connection terminated due to connection timeout', 'TIMEOUT', 'outage'],
    ['Connection terminated unexpectedly', 'CONNECTION_LOST', 'outage'],
    ['Client has encountered a connection error and is not queryable', 'CONNECTION_LOST', 'outage'],
    ['timeout exceeded when trying to connect', 'POOL_EXHAUSTED', 'busy'],
  ])('knows the driver by its words: %s', (message, reason, kind) => expect(failureOf(new Error(message))).toEqual({ reason, kind }));

  it('leaves alone what is not of the database', () => {
    for (const error of [new JobConflictError('id', 1), new Error('a bug'), withCode('ERR_INVALID_ARG_TYPE'), 'a text', undefined]) expect(failureOf(error)).toBeUndefined();
  });
});

describe('publicError', () => {
  it('carries the code, and nothing of the statement', () => {
    for (const code of ['57P01', '23505']) {
      const error = failed(withCode(code, 'what the server says'));
      const shown = publicError(error, failureOf(error)!);
      expect(shown instanceof DatabaseUnavailableError).toBe(code === '57P01');
      expect(JSON.stringify(Object.getOwnPropertyNames(shown).map((name) => Reflect.get(shown, name) as unknown))).not.toContain('a value');
      expect(shown.message).toContain(code);
    }
  });
});
