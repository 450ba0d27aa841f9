import fc from 'fast-check';
import { z } from 'zod';
import { InvalidRequestError, MalformedBodyError, UnsupportedContentError } from './http.errors';
import { describe as describeValue, parseJson, readAs, requireJson } from './reading';

describe('readAs', () => {
  const schema = z.object({ texts: z.array(z.string()).min(1), count: z.int().min(1).optional(), kind: z.enum(['a', 'b']).optional() });

  it.each<[unknown, string, string]>([
    [{ texts: ['a', 'b', 'c', 7] }, 'texts[3]', 'texts[3]: expected string, got number 7'],
    [{ texts: 'a' }, 'texts', 'texts: expected array, got string "a"'],
    [{ texts: [] }, 'texts', 'texts: expected at least 1 items, got a list of 0'],
    [{ texts: ['a'], count: 0 }, 'count', 'count: expected at least 1, got number 0'],
    [{ texts: ['a'], kind: 'c' }, 'kind', 'kind: expected a or b, got string "c"'],
    [null, 'body', 'body: expected object, got null'],
  ])('refuses %j naming %s, its value and what is accepted', (value, field, message) => {
    expect(() => readAs(schema, value)).toThrow(expect.objectContaining({ field, message, constructor: InvalidRequestError }));
  });

  it('cuts what it shows of a value', () => {
    expect(describeValue('x'.repeat(1_000)).length).toBeLessThan(80);
    expect(describeValue({ secret: 'x' })).toBe('an object');
  });

  it('never throws anything else, whatever comes', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      try {
        readAs(schema, value);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidRequestError);
      }
    }));
  });
});

describe('parseJson', () => {
  it('takes nothing for nothing, and any bytes without falling over', () => {
    expect(parseJson(Buffer.alloc(0))).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      try {
        parseJson(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedBodyError);
      }
    }));
  });
});

describe('requireJson', () => {
  it.each([undefined, 'application/json', 'Application/JSON; charset=utf-8', 'application/vnd.api+json'])('accepts %s', (type) => {
    expect(() => requireJson({ 'content-type': type })).not.toThrow();
  });

  it.each(['text/json', 'application/jsonp', 'application/x-www-form-urlencoded', ''])('refuses %j', (type) => {
    expect(() => requireJson({ 'content-type': type })).toThrow(UnsupportedContentError);
  });
});
