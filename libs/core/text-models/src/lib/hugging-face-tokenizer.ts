import { align, type Span } from './align';
import { Frame, longestFirst } from './frame';
import { Pieces } from './pieces';
import { readPrefix, type Reading } from './read-prefix';
import { openTokenizer, type TokenizerFile, type TokenizerLibrary } from './tokenizer-library';
import { Tokenizer, type Encoding, type Token } from './tokenizer.port';
import { WordPieceCache } from './word-piece-cache';

/** Any tokenizer.json, read by `@huggingface/tokenizers`; limits on length are ours, padding and the file's own limit are off. */
export class HuggingFaceTokenizer extends Tokenizer {
  readonly #file: TokenizerFile;
  readonly #library: TokenizerLibrary;
  readonly #single: Frame;
  readonly #pair: Frame;
  readonly #cache: WordPieceCache | undefined;
  /** Stands for a text of which nothing is left. */
  readonly #nothing: number;

  /** @throws Error with what is wrong with the parsed tokenizer.json. */
  constructor(json: unknown) {
    super();
    const { file, library } = openTokenizer(json);
    this.#file = file;
    this.#library = library;
    this.#single = new Frame(library, 1);
    this.#pair = new Frame(library, 2);
    const pieces = Pieces.of(file);
    this.#cache = pieces && new WordPieceCache(pieces, { ids: this.#ids, tokens: this.#tokens });
    this.#nothing = library.model.unk_token_id ?? paddingOf(file) ?? 0;
  }

  encode(text: string, maxTokens: number): Encoding {
    const room = Math.max(0, maxTokens - this.#single.size);
    const { ids, complete } = this.#read(text, room + 1);
    const truncated = !complete || ids.length > room;
    return { ids: this.frame(ids.length > room ? ids.slice(0, room) : ids), truncated };
  }

  encodePair([first, second]: readonly [string, string], maxTokens: number): Encoding {
    const room = Math.max(0, maxTokens - this.#pair.size);
    const head = this.#read(first, room + 1);
    const tail = this.#read(second, room + 1);
    const [keptHead, keptTail] = longestFirst(head.ids.length, tail.ids.length, room);
    const truncated = !head.complete || !tail.complete || keptHead < head.ids.length || keptTail < tail.ids.length;
    const { ids, typeIds } = this.#pair.fill(head.ids.slice(0, keptHead), tail.ids.slice(0, keptTail));
    return ids.length > 0 ? { ids, typeIds, truncated } : { ids: Int32Array.of(this.#nothing), typeIds: new Int32Array(1), truncated };
  }

  tokens(text: string, { addSpecialTokens }: { readonly addSpecialTokens: boolean }): readonly Token[] {
    const tokens = this.#cache?.tokens(text) ?? this.#tokens(text);
    return addSpecialTokens ? this.#framed(tokens) : tokens;
  }

  frame(ids: readonly number[]): Int32Array {
    const framed = this.#single.fill(ids).ids;
    return framed.length > 0 ? framed : Int32Array.of(this.#nothing);
  }

  decode(ids: readonly number[], { skipSpecialTokens }: { readonly skipSpecialTokens: boolean }): string {
    return ids.length === 0 ? '' : this.#library.decode(ids, { skip_special_tokens: skipSpecialTokens });
  }

  #read(text: string, limit: number): Reading {
    return this.#cache?.encode(text, limit) ?? readPrefix(text, limit, this.#ids);
  }

  readonly #ids = (text: string): readonly number[] => this.#library.encode(text, { add_special_tokens: false }).ids;

  readonly #tokens = (text: string): readonly Token[] => {
    const encoded = this.#library.encode(text, { add_special_tokens: false });
    const spans = agreeing(align(text, this.#library, this.#file), encoded.tokens);
    return encoded.ids.map((id, index) => {
      const text = encoded.tokens[index]!;
      const span = spans?.[index];
      return span ? { id, text, special: false, start: span.start, stop: span.stop, continues: span.continues || undefined } : { id, text, special: false };
    });
  };

  #framed(tokens: readonly Token[]): readonly Token[] {
    const around = [...this.#single.fill([]).ids].map((id): Token => ({ id, text: this.#library.id_to_token(id) ?? '', special: true }));
    const { leading } = this.#single;
    return [...around.slice(0, leading), ...tokens, ...around.slice(leading)];
  }
}

function paddingOf({ added_tokens }: TokenizerFile): number | undefined {
  return added_tokens.find(({ content }) => content === '[PAD]' || content === '<pad>')?.id;
}

/** Offsets only when they belong to exactly these tokens. */
function agreeing(spans: readonly Span[] | undefined, tokens: readonly string[]): readonly Span[] | undefined {
  return spans?.length === tokens.length && spans.every(({ token }, index) => token === tokens[index]) ? spans : undefined;
}
