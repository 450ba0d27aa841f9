import { InvalidMetadataError } from '../query.errors';
import { metadataSchemaSchema, parseMetadata } from './metadata';

describe('parseMetadata', () => {
  it('takes plain names and scalars without a schema', () => {
    expect(parseMetadata({ year: 2020, lang: 'en', open: true, tags: ['a', 1] })).toEqual({ year: 2020, lang: 'en', open: true, tags: ['a', 1] });
  });

  it('leaves out what is null', () => {
    expect(parseMetadata({ year: null, lang: 'en' })).toEqual({ lang: 'en' });
  });

  it.each([
    ['2020-02-03', '2020-02-03T00:00:00.000Z'],
    ['2020-02-03T04:05', '2020-02-03T04:05:00.000Z'],
    ['2020-02-03T04:05:06.7', '2020-02-03T04:05:06.700Z'],
    ['2020-02-03T04:05:06+01:00', '2020-02-03T03:05:06.000Z'],
  ])('keeps the date %s as %s', (given, kept) => {
    expect(parseMetadata({ at: given }, { at: 'date' })).toEqual({ at: kept });
  });

  it.each<[string, unknown, string]>([
    ['a list', [], 'expected an object'],
    ['a name that is SQL', { "x' or 1=1 --": 1 }, 'expected letters'],
    ['a reserved name', JSON.parse('{"__proto__": 1}'), 'not reserved'],
    ['a name of another meaning', { constructor: 1 }, 'not reserved'],
    ['an object', { a: { b: 1 } }, 'expected text, a number or a truth value'],
    ['NaN', { a: Number.NaN }, 'expected text'],
    ['half a surrogate pair', { a: '\ud800' }, 'well-formed'],
    ['NUL', { a: '\0' }, 'well-formed'],
    ['a long text', { a: 'x'.repeat(5_000) }, 'at most 4096'],
    ['many items', { a: Array(300).fill(1) }, 'at most 256'],
  ])('refuses %s', (_, given, reason) => {
    expect(() => parseMetadata(given)).toThrow(InvalidMetadataError);
    expect(() => parseMetadata(given)).toThrow(reason);
  });

  it.each<[unknown, string]>([
    [{ other: 1 }, 'expected one of year, at'],
    [{ toString: 1 }, 'expected one of year, at'],
    [{ year: '2020' }, 'expected a number'],
    [{ at: '2020' }, 'ISO 8601'],
    [{ at: '2020-13-01' }, 'ISO 8601'],
    [{ at: 1 }, 'ISO 8601'],
  ])('holds %j against the schema', (given, reason) => {
    expect(() => parseMetadata(given, { year: 'number', at: 'date' })).toThrow(reason);
  });
});

describe('metadataSchemaSchema', () => {
  it('refuses names that metadata may not have', () => {
    expect(metadataSchemaSchema.safeParse({ year: 'number' }).success).toBe(true);
    expect(metadataSchemaSchema.safeParse({ 'a b': 'number' }).success).toBe(false);
    expect(metadataSchemaSchema.safeParse({ constructor: 'number' }).success).toBe(false);
  });
});
