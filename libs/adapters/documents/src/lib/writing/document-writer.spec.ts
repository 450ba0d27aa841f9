import fc from 'fast-check';
import { DocumentWriter, PART_UNITS } from './document-writer';

describe('DocumentWriter', () => {
  it('loses nothing but white space, in parts of bounded length', () => {
    const piece = fc.record({ text: fc.string({ unit: fc.constantFrom('a', ' ', '\n', '😀', 'b'), maxLength: 200 }), times: fc.constantFrom(1, 50, 3_000), begins: fc.boolean() });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const writer = new DocumentWriter();
        writer.begin('text');
        for (const { text, times, begins } of pieces) {
          if (begins) writer.begin('text');
          writer.write(text.repeat(times));
        }
        const parts = [...writer.parts(true)];
        const said = parts.flatMap(({ text, blocks }) => blocks.map(({ start, end }) => text.slice(start, end)));
        expect(said.join('').replace(/\s/g, '')).toBe(pieces.map(({ text, times }) => text.repeat(times)).join('').replace(/\s/g, ''));
        for (const { text } of parts) expect(text.length).toBeLessThanOrEqual(2 * PART_UNITS + 4);
      }),
      { numRuns: 40 },
    );
  });

  it('cuts a long block between words, and no character in two', () => {
    const writer = new DocumentWriter();
    writer.begin('text');
    writer.write(`${'word '.repeat(60_000)}${'x😀'.repeat(150_000)}`);
    const said = [...writer.parts(true)].flatMap(({ text, blocks }) => blocks.map(({ start, end }) => text.slice(start, end)));
    expect(said[0]).toMatch(/word$/);
    expect(said.join('')).not.toContain('\ufffd');
  });

  it('replaces NUL and lone surrogates', () => {
    const writer = new DocumentWriter();
    writer.begin('text');
    writer.write('a\0b\ud800c😀');
    expect([...writer.parts(true)]).toEqual([{ text: 'a\ufffdb\ufffdc😀\n\n', blocks: [{ kind: 'text', start: 0, end: 7 }] }]);
  });

  it('gives a title even where there is nothing else', () => {
    const writer = new DocumentWriter();
    writer.title = ' A  title ';
    expect([...writer.parts(true)]).toEqual([{ title: 'A title', text: '', blocks: [] }]);
  });
});
