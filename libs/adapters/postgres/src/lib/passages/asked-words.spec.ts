import { groupsOf, type AskedWord } from './asked-words';

const words = (...passages: number[]): AskedWord[] => passages.map((count, place) => ({ lexeme: `w${place}`, passages: count, weight: 1 }));
const shape = (asked: readonly AskedWord[]) => [...groupsOf(asked)].map(({ wanted, rarer, isCut }) => [wanted.length, rarer.length, isCut]);

describe('groupsOf', () => {
  it('takes rare words together', () => expect(shape(words(1, 10, 3_000))).toEqual([[3, 0, false]]));
  it('takes common words one by one after the rare ones', () => expect(shape(words(1, 3_999, 5_000, 6_000))).toEqual([[2, 0, false], [1, 2, false], [1, 3, false]]));
  it('cuts where more passages have a word than may be scored', () => expect(shape(words(19_000, 21_000))).toEqual([[1, 0, false], [1, 1, true]]));
  it('has none for no words', () => expect(shape([])).toEqual([]));
});
