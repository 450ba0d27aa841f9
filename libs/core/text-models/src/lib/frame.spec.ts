import fc from 'fast-check';
import { Frame, longestFirst } from './frame';
import { tinyTokenizerFile } from './testing/tiny-tokenizer';
import { openTokenizer } from './tokenizer-library';

function framesOf(differs: object = {}) {
  const { library } = openTokenizer({ ...tinyTokenizerFile(), ...differs });
  return { library, single: new Frame(library, 1), pair: new Frame(library, 2) };
}

const POST_PROCESSORS = [
  ['the template', {}],
  ['BertProcessing', { post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] } }],
  ['RobertaProcessing', { post_processor: { type: 'RobertaProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2], trim_offsets: true, add_prefix_space: false } }],
  ['none', { post_processor: null }],
] as const;

describe('Frame', () => {
  describe('fill', () => {
    it.each(POST_PROCESSORS)('puts special tokens where the library does: %s', (_, differs) => {
      const { library, single, pair } = framesOf(differs);
      expect([...single.fill([5, 6]).ids]).toEqual(library.encode('hello world', { add_special_tokens: true }).ids);
      const both = library.encode('hello', { add_special_tokens: true, text_pair: 'world hello' } as { add_special_tokens: boolean });
      expect([...pair.fill([5], [6, 5]).ids]).toEqual(both.ids);
    });

    it('marks the second text and what closes it', () => {
      const { ids, typeIds } = framesOf().pair.fill([5], [6, 6]);
      expect([...ids]).toEqual([2, 5, 3, 6, 6, 3]);
      expect([...typeIds]).toEqual([0, 0, 0, 1, 1, 1]);
    });

    it('gives RoBERTa the one type it knows', () => {
      const [, differs] = POST_PROCESSORS[2];
      expect([...framesOf(differs).pair.fill([5], [6]).typeIds]).toEqual([0, 0, 0, 0, 0, 0]);
    });

    it('keeps the place of a second text that is empty', () => {
      expect([...framesOf().pair.fill([5], []).ids]).toEqual([2, 5, 3, 3]);
    });
  });
});

/** Hugging Face's own words (tokenizers, `truncate_encodings`, LongestFirst), in TypeScript. */
function huggingFaceLongestFirst(first: number, second: number, room: number): [number, number] {
  if (first + second <= room) return [first, second];
  const swapped = first > second;
  let shorter = Math.min(first, second);
  let longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
  if (shorter + longer > room) {
    shorter = Math.floor(room / 2);
    longer = shorter + (room % 2);
  }
  return swapped ? [longer, shorter] : [shorter, longer];
}

describe('longestFirst', () => {
  const counts = fc.record({ first: fc.nat(300), second: fc.nat(300), room: fc.nat(260) });

  it('cuts as Hugging Face does, the odd token aside where both exceed the room', () => {
    fc.assert(
      fc.property(counts, ({ first, second, room }) => {
        const [ours, theirs] = [longestFirst(first, second, room), huggingFaceLongestFirst(first, second, room)];
        if (first > room && second > room) expect(ours).toEqual([Math.floor(room / 2), room - Math.floor(room / 2)]);
        else expect(ours).toEqual(theirs);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the same whether a text is counted to its end or to one above the room', () => {
    fc.assert(
      fc.property(counts, ({ first, second, room }) =>
        expect(longestFirst(first, second, room)).toEqual(longestFirst(Math.min(first, room + 1), Math.min(second, room + 1), room)),
      ),
      { numRuns: 1_000 },
    );
  });
});
