import fc from 'fast-check';

const PIECES = [
  'hello', 'World', 'worlds', 'HELLO', 'don\'t', '[CLS]', '[SEP]', '[MASK]', '[UNK]', '[cls]', '[CLS', 'CLS]', '##s', '##', '1', '2026-03-05', '...', '.', ',', '(', '$',
  ' ', '  ', '\t', '\n', '\r\n', '\u000b', '\u000c', '\u0085', '\u00a0', '\u1680', '\u2003', '\u2028', '\u3000', '\ufeff', '\u200b', '\u00ad', '\u0000', '\u0007', '\u007f', '\ufffd',
  'é', 'e\u0301', 'É', '\u0301', '\u0327\u0301', 'ß', 'İ', 'ı', 'Σ', 'ΑΣ', 'ας', 'ΑΣ.', 'Å', 'ﬁ', 'ñ', '机', '机器', '東京', '\uf900', '\u{20000}', '한', '机\u0301', '\u4dc0', '々', 'カ', 'नमस्ते', 'ا', '👍🏽', '❤️', '👨‍👩‍👧', '\ud800', '\udc00', '\ue000',
  'a'.repeat(99), 'a'.repeat(101), 'é'.repeat(70), '.'.repeat(70),
];

/** Texts of everything that tokenizers disagree about. */
export const awkwardTexts = (maxLength = 30): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength }).map((pieces) => pieces.join('')) },
    { weight: 2, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength }).map((pieces) => pieces.join(' ')) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength }) },
    { weight: 1, arbitrary: fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength }) },
  );
