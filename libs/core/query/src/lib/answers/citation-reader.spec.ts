import fc from 'fast-check';
import type { FoundPassage } from '../retrieval/passage';
import { CitationReader } from './citation-reader';

const passage = (id: string, text: string, differs: Partial<FoundPassage> = {}): FoundPassage => ({ id, ordinal: 0, start: 100, end: 100 + text.length, headings: [], tokens: 9, text, document: { id: `${id}.txt`, metadata: {} }, ...differs });
const SOURCES = [
  passage('ada', 'Ada Lovelace wrote the first program. It ran on paper.', { pages: [{ page: 3, start: 90 }, { page: 4, start: 138 }] }),
  passage('hopper', 'Grace Hopper found a moth in a relay.'),
];

function read(...pieces: readonly string[]) {
  const reader = new CitationReader(SOURCES);
  const events = [...pieces.flatMap((piece) => [...reader.read(piece)]), ...reader.end()];
  return { text: reader.text, citations: reader.citations, dropped: reader.dropped, said: events.map((event) => (event.type === 'text' ? event.text : '')).join('') };
}

describe('CitationReader', () => {
  const written = 'She wrote it [1: "wrote the first program"], on paper [1: “It ran on paper”], and a moth [2: "a moth in a relay"] [1: "wrote the first program"].';

  it('numbers what is cited by its place in the answer, once each', () => {
    const { text, citations, dropped } = read(written);
    expect([text, dropped]).toEqual(['She wrote it [1], on paper [2], and a moth [3] [1].', 0]);
    expect(citations.map(({ document, page, quote }) => [document, page, quote])).toEqual([['ada.txt', 3, 'wrote the first program'], ['ada.txt', 4, 'It ran on paper'], ['hopper.txt', undefined, 'a moth in a relay']]);
    for (const { passage: id, start, end, quote } of citations) expect(SOURCES.find((one) => one.id === id)!.text.slice(start - 100, end - 100)).toBe(quote);
  });

  it('reads the same wherever its stream is cut', () => {
    const whole = read(written);
    fc.assert(fc.property(fc.array(fc.nat(written.length), { maxLength: 12 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), written.length];
      expect(read(...places.slice(1).map((end, index) => written.slice(places[index], end)))).toEqual(whole);
    }));
    expect(read(...written)).toEqual(whole);
  });

  it.each<[string, string]>([
    ['a quote that nobody wrote', 'So [1: "the moon is cheese"].'],
    ['a quote of another source', 'So [2: "wrote the first program"].'],
    ['a source that there is not', 'So [9: "wrote the first program"].'],
    ['no quote', 'So [1].'],
    ['a quote of nothing', 'So [1: ""].'],
    ['a quote of white space', 'So [1: "   "].'],
  ])('drops %s', (_, text) => {
    expect(read(text)).toMatchObject({ text: 'So .', citations: [], dropped: 1 });
  });

  it('leaves other brackets as they are, however long', () => {
    for (const text of ['a [b] c', 'a [ b', 'x[0] = y[12]', 'x[i] = y[1', '[', `[1: "${'x'.repeat(5_000)}`, '[[[[', '[12345]']) expect(read(text)).toMatchObject({ text, citations: [] });
  });

  it('says everything but marks, whatever is written', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: fc.constantFrom('[', ']', '1', ':', '"', 'moth', ' ', '\n') }), { maxLength: 20 }), (pieces) => {
      const { text, said, citations } = read(...pieces);
      expect(said).toBe(text);
      for (const { quote } of citations) expect(SOURCES.some((one) => one.text.includes(quote))).toBe(true);
    }));
  });

  it('holds no more back than a mark may be long', () => {
    const reader = new CitationReader(SOURCES);
    let said = 0;
    for (const event of Array.from({ length: 200 }, () => 'x'.repeat(50)).flatMap((piece) => [...reader.read(`[${piece}`)])) if (event.type === 'text') said += event.text.length;
    expect(200 * 51 - said).toBeLessThan(1_001);
  });
});
