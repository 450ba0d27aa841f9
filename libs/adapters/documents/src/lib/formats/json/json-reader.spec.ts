import fc from 'fast-check';
import { blocksOf, partsOf } from '../../../testing/reading';

/** All scalars, in order. */
function scalarsOf(value: unknown): string[] {
  if (value === null) return [];
  if (typeof value === 'object') return Object.values(value).flatMap(scalarsOf);
  return [String(value)];
}

describe('JsonReader', () => {
  it('makes a record of each element, with its paths', async () => {
    const json = '[{"id":1,"by":[{"name":"Ada","of":["x","y"]},{"name":"Bob"}],"no":null,"yes":true},2,[3,4]]';
    expect(await blocksOf('application/json', json)).toEqual(['text: id: 1; by[0].name: Ada; by[0].of: x, y; by[1].name: Bob; yes: true', 'text: 2', 'text: 3, 4']);
  });

  it('makes a record of each member, and of each element of one', async () => {
    expect(await blocksOf('application/json', '{"title":"T","items":[{"a":1},{"a":2,"b":3}],"by":{"name":"Ada"},"tags":["x","y"]}')).toEqual([
      ...['text: title: T', 'text: items[0].a: 1', 'text: items[1].a: 2; items[1].b: 3', 'text: by.name: Ada', 'text: tags: x, y'],
    ]);
  });

  it('makes a record of each line', async () => {
    expect(await blocksOf('application/x-ndjson', '{"a":[{"b":1},{"b":2}]}\r\n"x"\n\n[1,2]')).toEqual(['text: a[0].b: 1; a[1].b: 2', 'text: x', 'text: 1, 2']);
  });

  it('keeps every digit of a number', async () => {
    expect(await blocksOf('application/json', '{"n":12345678901234567890.10}')).toEqual(['text: n: 12345678901234567890.10']);
  });

  it('says all that JSON.parse finds, in order, once', async () => {
    const leaf = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'ß', '😀', '"', '\\', '/'), minLength: 1 }), fc.integer(), fc.boolean(), fc.constant(null));
    const value = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.constantFrom('k', 'l', 'm'), tie('value'))),
    })).value;
    await fc.assert(
      fc.asyncProperty(value, async (json) => {
        const text = (await partsOf('application/json', JSON.stringify(json))).map((part) => part.text).join('');
        const labels = /(?:^|; |(?<=\n))(?:[klm.[\]\d…]+: )?/g;
        expect(text.replace(labels, ', ').split(/, |\n/).filter((part) => part !== '')).toEqual(scalarsOf(json));
      }),
    );
  });
});
