import fc from 'fast-check';
import { compareVersions } from './version-order';

const version = fc.string({ unit: fc.constantFrom('0', '1', '9', '.', '-', 'a', 'v', 'rc'), minLength: 1, maxLength: 8 });

describe('compareVersions', () => {
  it('orders dotted numbers by their numbers', () => {
    const numbers = fc.array(fc.nat(), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(numbers, numbers, (a, b) => expect(Math.sign(compareVersions(a.join('.'), b.join('.')))).toBe(Math.sign(compareNumbers(a, b)))),
    );
  });

  it('is a total order in which only equal texts are equal', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compareVersions(a, b) + compareVersions(b, a)).toBe(0);
        expect(compareVersions(a, b) === 0).toBe(a === b);
        if (compareVersions(a, b) < 0 && compareVersions(b, c) < 0) expect(compareVersions(a, c)).toBe(-1);
      }),
    );
  });

  it.each([
    ['10', '9'],
    ['1.10', '1.9'],
    ['1.0', '1.0-rc1'],
    ['1.0.1', '1.0'],
    ['v10', '9'],
    ['2026-11-25', '2026-9-30'],
    ['1', 'old'],
    ['100000000000000000001', '100000000000000000000'],
  ])('puts %s above %s', (higher, lower) => {
    expect(compareVersions(higher, lower)).toBe(1);
  });
});

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((number, i) => number !== b[i]);
  return at < 0 ? a.length - b.length : a[at]! - (b[at] ?? -1);
}
