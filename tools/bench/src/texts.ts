import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encoderFolder, sharedFolder } from '@cortex/service-process';
import { Tokenizer } from '@huggingface/tokenizers';

const CLS = 101;
const SEP = 102;

export interface BenchText {
  readonly text: string;
  /** As the encoder reads it, special tokens included. */
  readonly ids: readonly number[];
}

/** Windows of Cranfield's abstracts with the asked-for number of tokens; hardly a text comes twice, so no cache answers. */
export class TextSource {
  readonly #words: readonly string[];
  readonly #tokenizer: Tokenizer;
  /** A word's pieces do not depend on its neighbours: a text's ids are those of its words between [CLS] and [SEP]. */
  readonly #pieces = new Map<string, readonly number[]>();
  #state = 42;

  constructor() {
    const corpus = readFileSync(join(sharedFolder, 'data/retrieval/cranfield/corpus.jsonl'), 'utf8').trim().split('\n');
    this.#words = corpus.flatMap((line) => (JSON.parse(line) as { text: string }).text.split(/\s+/).filter(Boolean));
    const { padding: _padding, truncation: _truncation, ...tokenizer } = JSON.parse(readFileSync(join(encoderFolder, 'tokenizer.json'), 'utf8')) as Record<string, unknown>;
    this.#tokenizer = new Tokenizer(tokenizer, JSON.parse(readFileSync(join(encoderFolder, 'tokenizer_config.json'), 'utf8')) as Record<string, unknown>);
  }

  /** `count` texts whose lengths are spread evenly over [shortest, longest] tokens, in random order. */
  texts(count: number, shortest: number, longest: number): BenchText[] {
    return Array.from({ length: count }, () => this.#text(shortest + Math.floor(this.#random() * (longest - shortest + 1))));
  }

  /** As `texts`, but lengths are spread evenly over the doublings: as many from 4 to 8 tokens as from 128 to 256, as short texts are common and long ones rare. */
  skewedTexts(count: number, shortest: number, longest: number): BenchText[] {
    return Array.from({ length: count }, () => this.#text(Math.round(shortest * (longest / shortest) ** this.#random())));
  }

  /** At most `tokens` long: as many words as fit. */
  #text(tokens: number): BenchText {
    const start = Math.floor(this.#random() * (this.#words.length - tokens));
    const words: string[] = [];
    const ids = [CLS];
    for (const word of this.#words.slice(start, start + tokens)) {
      const pieces = this.#piecesOf(word);
      if (ids.length + pieces.length >= tokens && words.length > 0) break;
      words.push(word);
      ids.push(...pieces);
    }
    return { text: words.join(' '), ids: [...ids, SEP] };
  }

  #piecesOf(word: string): readonly number[] {
    const known = this.#pieces.get(word);
    if (known) return known;
    const { ids } = this.#tokenizer.encode(word, { add_special_tokens: false });
    this.#pieces.set(word, ids);
    return ids;
  }

  /** mulberry32: the same texts in every run. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
