import { joined } from './joined-text';

describe('joined', () => {
  it('puts a stop behind each sentence that has none, and moves its names', () => {
    const sentences = ['Ada left', 'Who stayed?', 'Bob .'].map((text, index) => ({ text, known: index === 1 ? [] : [{ type: 'PER', start: 0, end: 3 }] }));
    expect(joined(sentences, [3])).toEqual([
      { text: 'Ada left. Who stayed? Bob . ', starts: [0, 10, 22], known: [{ type: 'PER', start: 0, end: 3 }, { type: 'PER', start: 22, end: 25 }] },
    ]);
    expect(joined(sentences, [1, 2]).map(({ starts }) => starts)).toEqual([[0], [0, 12]]);
  });
});
