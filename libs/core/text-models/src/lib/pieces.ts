import type { TokenizerFile } from './tokenizer-library';

/**
 * Cuts text where a BERT tokenizer cannot see across: at white space, and around ideographs where it puts spaces there itself.
 *
 * So each piece reads alone as it does in the text: cleaning, lower-casing and splitting look at one character, accents are
 * stripped within a combining sequence, and neither a word nor an added token contains a cut.
 */
export class Pieces {
  private constructor(private readonly ideographsStandAlone: boolean) {}

  /** Undefined where the tokenizer is not of the kind that this holds for. */
  static of({ normalizer, pre_tokenizer, model, added_tokens }: TokenizerFile): Pieces | undefined {
    const isBert = model.type === 'WordPiece' && normalizer?.type === 'BertNormalizer' && pre_tokenizer?.type === 'BertPreTokenizer';
    if (!isBert || model.fuse_unk === true || added_tokens.some(({ content }) => /[\s\p{Ideographic}]/u.test(content))) return undefined;
    return new Pieces(normalizer.handle_chinese_chars === true);
  }

  /** Where the next piece starts, at `from` or behind; the text's length when there is none. */
  startFrom(text: string, from: number): number {
    let at = from;
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    return at;
  }

  stopOf(text: string, start: number): number {
    if (this.#standsAlone(text.charCodeAt(start))) return start + 1;
    let at = start + 1;
    while (at < text.length && !this.#endsPiece(text.charCodeAt(at))) at++;
    return at;
  }

  #endsPiece(code: number): boolean {
    return isSpace(code) || this.#standsAlone(code);
  }

  #standsAlone(code: number): boolean {
    return code >= 0x3400 && this.ideographsStandAlone && isIdeograph(code);
  }
}

/** The white space that no normalizer drops: space, tab, line feed, carriage return. The rest stays inside its piece. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

/** Those that the library takes for ideographs: it looks at UTF-16 units, so none above U+FFFF. */
function isIdeograph(code: number): boolean {
  return (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf) || (code >= 0xf900 && code <= 0xfaff);
}
