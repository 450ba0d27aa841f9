import type { TokenizerFile, TokenizerLibrary } from './tokenizer-library';

/** Where a token stands in the text, in UTF-16 units. */
export interface Span {
  readonly token: string;
  readonly start: number;
  readonly stop: number;
  /** It goes on the word of the token before it. */
  readonly continues: boolean;
}

/**
 * The library gives no offsets: this finds them for WordPiece by normalizing the text one character at a time, so that each
 * normalized character knows the one it came from. Undefined where that does not hold; a caller compares the tokens with the
 * library's, so that an offset is right or absent.
 */
export function align(text: string, library: TokenizerLibrary, file: TokenizerFile): readonly Span[] | undefined {
  if (file.model.type !== 'WordPiece') return undefined;
  const spans: Span[] = [];
  for (const section of sectionsOf(text, file)) {
    const found = section.added ? [{ token: section.text, start: 0, stop: section.text.length, continues: false }] : alignSection(section.text, library, file);
    if (!found) return undefined;
    for (const { token, start, stop, continues } of found) spans.push({ token, start: section.start + start, stop: section.start + stop, continues });
  }
  return spans;
}

interface Section {
  readonly text: string;
  readonly start: number;
  readonly added: boolean;
}

/** Added tokens are cut out of the text before anything else, the longest first. */
function sectionsOf(text: string, { added_tokens }: TokenizerFile): Section[] {
  const contents = added_tokens.map(({ content }) => content).sort((a, b) => b.length - a.length);
  if (contents.length === 0) return [{ text, start: 0, added: false }];
  const pattern = new RegExp(`(${contents.map(escape).join('|')})`);
  let start = 0;
  return text.split(pattern).map((part, index) => {
    const section = { text: part, start, added: index % 2 === 1 };
    start += part.length;
    return section;
  });
}

function escape(content: string): string {
  return content.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

function alignSection(section: string, library: TokenizerLibrary, file: TokenizerFile): Span[] | undefined {
  const normal = library.normalizer?.normalize(section) ?? section;
  const origins = originsOf(section, library);
  if (origins.starts.length !== normal.length) return undefined;
  const spans: Span[] = [];
  let at = 0;
  for (const word of library.pre_tokenizer?.pre_tokenize(normal) ?? [normal]) {
    at = normal.indexOf(word, at);
    piecesOf(word, library, file).forEach(({ token, length }, piece) => {
      spans.push({ token, start: origins.starts[at]!, stop: origins.stops[at + length - 1]!, continues: piece > 0 });
      at += length;
    });
  }
  return spans;
}

/** For each unit of the normalized text where the character that it came from starts and stops. */
function originsOf(section: string, { normalizer }: TokenizerLibrary): { readonly starts: number[]; readonly stops: number[] } {
  const seen = new Map<string, number>();
  const starts: number[] = [];
  const stops: number[] = [];
  let position = 0;
  for (const character of section) {
    const width = seen.get(character) ?? (normalizer ? normalizer.normalize(character).length : character.length);
    seen.set(character, width);
    for (let unit = 0; unit < width; unit++) {
      starts.push(position);
      stops.push(position + character.length);
    }
    position += character.length;
  }
  return { starts, stops };
}

/** A word's tokens with the units each covers; an unknown word is one token. */
function piecesOf(word: string, { model }: TokenizerLibrary, file: TokenizerFile): { readonly token: string; readonly length: number }[] {
  const prefix = file.model.continuing_subword_prefix ?? '##';
  const tokens = model.encode([word]);
  const pieces = tokens.map((token, index) => ({ token, length: index === 0 ? token.length : token.length - prefix.length }));
  const spelled = pieces.reduce((sum, { length }) => sum + length, 0);
  return tokens.length === 1 || spelled !== word.length ? [{ token: tokens[0]!, length: word.length }] : pieces;
}
