import fc from 'fast-check';
import type { ParsedDocument } from '../documents/parsed-document';
import type { Passage } from '../retrieval/passage';
import { SplitPassages } from './split-passages';
import { Splitter } from './splitter.port';

class Every extends Splitter {
  constructor(private readonly size: number, private readonly overlap = 0) {
    super();
  }

  async split(text: string): Promise<string[]> {
    return Array.from({ length: Math.ceil(text.length / (this.size - this.overlap)) }, (_, n) => text.slice(n * (this.size - this.overlap), n * (this.size - this.overlap) + this.size));
  }
}

const words = (text: string) => text.split(/\s+/).filter(Boolean).length;
const plain = (text: string): ParsedDocument => ({ text, blocks: [{ kind: 'text', start: 0, end: text.length }] });
const all = async (splitter: Splitter, parts: readonly ParsedDocument[], max = 1_000) => {
  const [cuts, passages]: [SplitPassages, Passage[]] = [new SplitPassages(splitter, words, max), []];
  for (const part of parts) for await (const passage of cuts.passages(part)) passages.push(passage);
  return { passages, characters: cuts.characters };
};

describe('SplitPassages', () => {
  it('says of every piece where it stands, whatever the text', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { maxLength: 4 }), fc.integer({ min: 2, max: 9 }), async (texts, size) => {
      const { passages, characters } = await all(new Every(size, 1), texts.map(plain));
      const whole = texts.join('');
      expect(characters).toBe(whole.length);
      passages.forEach(({ ordinal, start, end, text }, place) => expect([ordinal, whole.slice(start, end)]).toEqual([place, text]));
    }));
  });

  it('knows the headings above, also of the part before, and the pages within', async () => {
    const first: ParsedDocument = { text: 'Birds\nwings fly', blocks: [{ kind: 'heading', start: 0, end: 5, level: 1, page: 1 }, { kind: 'text', start: 6, end: 15, page: 2 }] };
    const second: ParsedDocument = { text: 'more', blocks: [{ kind: 'text', start: 0, end: 4, page: 2 }] };
    const { passages } = await all(new Every(20), [first, second]);
    expect(passages).toEqual([
      { ordinal: 0, start: 0, end: 15, headings: ['Birds'], tokens: 3, text: first.text, pages: [{ page: 1, start: 0 }, { page: 2, start: 6 }] },
      { ordinal: 1, start: 15, end: 19, headings: ['Birds'], tokens: 1, text: 'more', pages: [{ page: 2, start: 15 }] },
    ]);
  });

  it.each([
    ['invents', new (class extends Every { override async split() { return ['nowhere']; } })(1), 'does not stand'],
    ['goes back', new (class extends Every { override async split() { return ['two', 'one']; } })(1), 'does not stand'],
    ['cuts too little', new Every(100), 'longer than the 2 tokens'],
  ])('refuses a splitter that %s', async (_, splitter, says) => {
    await expect(all(splitter, [plain('one two three')], 2)).rejects.toMatchObject({ code: 'QUERY.SPLITTER', message: expect.stringContaining(says) });
  });
});
