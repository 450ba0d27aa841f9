import { tinyTokenizer } from './testing/tiny-tokenizer';
import { tokenRuler } from './token-ruler';

describe('tokenRuler', () => {
  const tokenizer = tinyTokenizer();
  const ruler = tokenRuler(tokenizer, 64);

  it('keeps room for special tokens', () => expect(ruler.maxTokens).toBe(62));

  it.each(['', '  ', 'hello world', 'hello '.repeat(30)])('counts the tokens of %j', (text) => {
    expect(ruler.count(text, 100)).toBe(text.trim() === '' ? 0 : tokenizer.tokens(text, { addSpecialTokens: false }).length);
  });

  it('says of a longer text only that it is longer', () => expect(ruler.count('hello '.repeat(1_000), 10)).toBe(11));
});
