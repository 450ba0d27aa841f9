import type { TokenRow } from '@cortex/inference';
import type { Tokenizer } from '../tokenizer.port';
import type { Word } from './words';

/** Words that one row reads; those from `from` to `to` are labelled by it, the rest is their context. */
export interface WordWindow {
  readonly words: readonly Word[];
  readonly row: TokenRow;
  /** The position in the row of each word's first piece. */
  readonly places: Int32Array;
  readonly from: number;
  readonly to: number;
  /** It goes on where the window before ended, in the midst of a text or sentence. */
  readonly continues: boolean;
}

/** How windows of a model are made. */
export interface WindowForm {
  /** Of a row, special tokens included. */
  readonly maxTokens: number;
  /** Whether token types carry letter case. */
  readonly letterCase: boolean;
  /** Whether the model reads sentences: a row ends where one does, and lines of a form are told apart by a full stop that is not there. */
  readonly sentences: boolean;
}

const MOST_OVERLAP = 64;
/** Tokens of a sentence that is read together with the next one where it has fewer: alone, a heading or an exclamation looks like a name. */
const SHORT_SENTENCE = 32;

/**
 * Makes windows of a text's words, given in order. Windows overlap by a quarter of a row, at most 64 tokens, and a word is
 * labelled by the window in which more tokens stand between it and the nearer cut: each half of an overlap by the window it is deeper in.
 */
export class WordWindows {
  readonly #room: number;
  readonly #leading: number;
  /** Pieces between two entries, which white space alone divides: a tokenizer drops it. */
  readonly #stop: readonly number[];
  #words: Word[] = [];
  #tokens = 0;
  /** Words of the last window that belong to it alone are before it. */
  #from = 0;
  #continues = false;

  constructor(private readonly tokenizer: Tokenizer, private readonly form: WindowForm) {
    const framed = tokenizer.tokens('a', { addSpecialTokens: true });
    this.#leading = framed.findIndex(({ special }) => !special);
    this.#room = Math.max(1, form.maxTokens - framed.filter(({ special }) => special).length);
    this.#stop = form.sentences ? tokenizer.tokens('.', { addSpecialTokens: false }).map(({ id }) => id) : [];
  }

  /** The windows that became full, or end with a sentence: `hasEnded` tells of places in order whether one ended since the place before. */
  *add(words: readonly Word[], hasEnded: (place: number) => boolean): Iterable<WordWindow> {
    for (const word of words) {
      if (hasEnded(word.start) && (this.#continues || this.#tokens >= SHORT_SENTENCE)) yield* this.finish();
      else if (this.#tokens > 0 && this.#tokens + this.#sizeOf(word) > this.#room) yield this.#cut();
      this.#words.push(word);
      this.#tokens += this.#sizeOf(word);
    }
  }

  /** The last window, if there was a word; what follows has nothing to do with it. */
  *finish(): Iterable<WordWindow> {
    if (this.#words.length > 0) yield this.#window(this.#words.length);
    [this.#words, this.#tokens, this.#from, this.#continues] = [[], 0, 0, false];
  }

  #cut(): WordWindow {
    const words = this.#words;
    const limit = Math.min(MOST_OVERLAP, Math.floor(this.#room / 4));
    let overlap = 0;
    let start = words.length;
    while (start > 1 && overlap + this.#sizeOf(words[start - 1]!) <= limit) overlap += this.#sizeOf(words[(start -= 1)]!);

    let to = start;
    for (let passed = 0; to < words.length && passed + this.#sizeOf(words[to]!) / 2 < overlap / 2; to += 1) passed += this.#sizeOf(words[to]!);
    to = Math.max(to, this.#from);

    const window = this.#window(to);
    [this.#words, this.#tokens, this.#from, this.#continues] = [words.slice(start), overlap, to - start, true];
    return window;
  }

  #window(to: number): WordWindow {
    const words = this.#words;
    const places = new Int32Array(words.length);
    const pieces: number[] = [];
    words.forEach((word, index) => {
      if (index > 0 && word.beginsEntry) pieces.push(...this.#stop);
      places[index] = this.#leading + pieces.length;
      for (let piece = 0; piece < this.#piecesOf(word); piece += 1) pieces.push(word.ids[piece]!);
    });
    const ids = this.tokenizer.frame(pieces);
    const row = this.form.letterCase ? { ids, typeIds: this.#cases(ids.length, places) } : { ids };
    return { words, row, places, from: this.#from, to, continues: this.#continues };
  }

  /** The class of each token's word; special tokens have none. */
  #cases(length: number, places: Int32Array): Int32Array {
    const cases = new Int32Array(length);
    this.#words.forEach((word, index) => cases.fill(word.letterCase, places[index]!, places[index]! + this.#piecesOf(word)));
    return cases;
  }

  /** What a row has to have room for. */
  #sizeOf(word: Word): number {
    return this.#piecesOf(word) + (word.beginsEntry ? this.#stop.length : 0);
  }

  /** A word longer than a row is cut: its label is its first piece's. */
  #piecesOf({ ids }: Word): number {
    return Math.min(ids.length, this.#room);
  }
}
