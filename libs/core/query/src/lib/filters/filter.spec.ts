import fc from 'fast-check';
import { InvalidFilterError } from '../query.errors';
import { matches } from './filter';
import type { Metadata } from './metadata';
import { parseFilter } from './parse-filter';

const paper: Metadata = { year: 2020, lang: 'en', tags: ['ai', 'db'], open: true };
const isMeant = (filter: unknown, metadata = paper) => matches(parseFilter(filter), metadata);

describe('a filter', () => {
  it.each<[unknown, boolean]>([
    [{}, true],
    [{ year: 2020 }, true],
    [{ year: '2020' }, false],
    [{ year: [2019, 2020] }, true],
    [{ year: { $gte: 2020, $lt: 2021 } }, true],
    [{ year: { $gt: 2020 } }, false],
    [{ year: { $lte: 'z' } }, false],
    [{ lang: { $ne: 'de' } }, true],
    [{ missing: { $ne: 'de' } }, true],
    [{ missing: { $nin: ['de'] } }, true],
    [{ missing: 'de' }, false],
    [{ missing: { $exists: false } }, true],
    [{ lang: { $exists: true } }, true],
    [{ tags: 'db' }, true],
    [{ tags: { $in: ['x', 'ai'] } }, true],
    [{ tags: { $nin: ['ai'] } }, false],
    [{ lang: { $in: [] } }, false],
    [{ $and: [{ lang: 'en' }, { $or: [{ year: 1 }, { open: true }] }] }, true],
    [{ $not: { lang: 'en' } }, false],
    [{ $or: [] }, false],
    [{ hasOwnProperty: { $exists: true } }, false],
  ])('%j is %p of the paper', (filter, expected) => {
    expect(isMeant(filter)).toBe(expected);
  });

  it('orders texts by code point', () => {
    expect(isMeant({ name: { $gt: '\uffee' } }, { name: '\u{1f600}' })).toBe(true);
  });

  it('reads dates of the schema in UTC', () => {
    const filter = parseFilter({ at: { $gte: '2020-01-01T01:00:00+01:00' } }, { at: 'date' });
    expect(matches(filter, { at: '2020-01-01T00:00:00.000Z' })).toBe(true);
    expect(matches(filter, { at: '2019-12-31T23:59:59.999Z' })).toBe(false);
  });
});

describe('parseFilter', () => {
  it.each<[string, unknown, string]>([
    ['no object', 'year = 1', '$: expected an object'],
    ['a field that is SQL', { "a' or true --": 1 }, 'expected letters'],
    ['a field that is a path', { 'a->b': 1 }, 'expected letters'],
    ['a reserved field', JSON.parse('{"__proto__": 1}'), 'not reserved'],
    ['an operator as field', { $where: '1' }, 'expected letters'],
    ['an unknown operator', { a: { $regex: 'x' } }, '$.a.$regex: expected $eq'],
    ['a nested object', { a: { b: 1 } }, '$.a.b: expected $eq'],
    ['a list of conditions that is none', { $and: {} }, '$.$and: expected a list'],
    ['null', { a: null }, 'expected text'],
    ['an order of truth values', { a: { $gt: true } }, 'have no order'],
    ['an order of lists', { a: { $gt: [1] } }, 'expected text'],
    ['a question of presence that is none', { a: { $exists: 1 } }, 'true or false'],
    ['a mistake deep inside', { $or: [{ a: 1 }, { b: { $in: [1, {}] } }] }, '$.$or[1].b.$in: expected text'],
    ['many values', { a: { $in: Array(2_000).fill(1) } }, 'at most 1000 values'],
    ['many conditions', { $or: Array.from({ length: 200 }, (_, n) => ({ a: n })) }, 'at most 100 conditions'],
  ])('refuses %s', (_, given, reason) => {
    expect(() => parseFilter(given)).toThrow(InvalidFilterError);
    expect(() => parseFilter(given)).toThrow(reason);
  });

  it('refuses what is too deep', () => {
    let filter: unknown = { a: 1 };
    for (let depth = 0; depth < 50; depth++) filter = { $not: filter };
    expect(() => parseFilter(filter)).toThrow('at most 8 levels');
  });

  it('knows only the fields of the schema', () => {
    expect(() => parseFilter({ other: 1 }, { year: 'number' })).toThrow('$.other: expected one of year');
    expect(() => parseFilter({ year: 'x' }, { year: 'number' })).toThrow('$.year: expected a number');
  });

  it('reads or refuses anything', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (given) => {
        try {
          expect(typeof matches(parseFilter(given), paper)).toBe('boolean');
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidFilterError);
        }
      }),
    );
  });
});
