import { InvalidRequestError } from './http.errors';
import { cachePolicyOf, deadlineOf, priorityOf, traceOf } from './request-headers';

describe('request headers', () => {
  describe('priorityOf', () => {
    it.each([
      [undefined, 'critical', 'medium'],
      [undefined, 'low', 'low'],
      ['critical', 'critical', 'critical'],
      ['critical', 'medium', 'medium'],
      ['low', 'medium', 'low'],
    ] as const)('reads %s under the ceiling %s as %s', (given, ceiling, expected) => {
      expect(priorityOf({ 'x-cortex-priority': given }, ceiling)).toBe(expected);
    });

    it.each(['', 'urgent', 'HIGH', 'high, low'])('refuses %j', (given) => {
      expect(() => priorityOf({ 'x-cortex-priority': given }, 'critical')).toThrow(InvalidRequestError);
    });
  });

  describe('deadlineOf', () => {
    it.each([[undefined, undefined], ['1', 1], ['250', 250], ['007', 7]])('reads %s as %s', (given, expected) => {
      expect(deadlineOf({ 'x-cortex-deadline-ms': given })).toBe(expected);
    });

    it.each(['0', '', 'abc', '1.5', '-1', '1e3', ' 5', '9'.repeat(20), '5, 6'])('refuses %j and says what is accepted', (given) => {
      expect(() => deadlineOf({ 'x-cortex-deadline-ms': given })).toThrow('expected whole milliseconds above 0');
    });
  });

  describe('cachePolicyOf', () => {
    it.each([
      [undefined, 'use'], ['no-cache', 'refresh'], ['No-Cache', 'refresh'], ['max-age=0', 'refresh'], ['no-store', 'bypass'],
      ['no-cache, no-store', 'bypass'], ['max-age=60', 'use'], ['no-transform', 'use'],
    ])('reads %s as %s', (given, expected) => {
      expect(cachePolicyOf({ 'cache-control': given })).toBe(expected);
    });

    it.each(['', 'nocache', 'no cache', 'max-age=x'])('refuses %j', (given) => {
      expect(() => cachePolicyOf({ 'cache-control': given })).toThrow(InvalidRequestError);
    });
  });

  describe('traceOf', () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

    it.each([[undefined, undefined], [`00-${trace}-00f067aa0ba902b7-01`, trace], [`01-${trace}-00f067aa0ba902b7-00-more`, trace]])('reads %s as %s', (traceparent, expected) => {
      expect(traceOf({ traceparent })).toBe(expected);
    });

    it.each(['', trace, `ff-${trace}-00f067aa0ba902b7-01`, `00-${trace}-0000000000000000-01`, `00-${trace}-00f067aa0ba902b7-01-more`])('refuses %j and says what is accepted', (traceparent) => {
      expect(() => traceOf({ traceparent })).toThrow(InvalidRequestError);
      expect(() => traceOf({ traceparent })).toThrow('expected version-traceid-parentid-flags');
    });
  });
});
