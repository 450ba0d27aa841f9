import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encoderFolder, sharedFolder } from '@cortex/service-process';
import { Tokenizer } from '@huggingface/tokenizers';

export interface BenchText {
  readonly text: string;
  /** As the encoder reads it, special tokens included. */
  readonly ids: readonly number[];
}

/** Windows of Cranfield's abstracts with the asked-for number of tokens; every text is another one, so no cache answers. */
export class TextSource {
  readonly #words: readonly string[];
  readonly #tokenizer: Tokenizer;
  #state = 42;

  constructor() {
    const corpus = readFileSync(join(sharedFolder, 'data/retrieval/cranfield/corpus.jsonl'), 'utf8').trim().split('\n');
    this.#words = corpus.flatMap((line) => (JSON.parse(line) as { text: string }).text.split(/\s+/));
    const { padding: _padding, truncation: _truncation, ...tokenizer } = JSON.parse(readFileSync(join(encoderFolder, 'tokenizer.json'), 'utf8')) as Record<string, unknown>;
    this.#tokenizer = new Tokenizer(tokenizer, JSON.parse(readFileSync(join(encoderFolder, 'tokenizer_config.json'), 'utf8')) as Record<string, unknown>);
  }

  /** `count` texts whose lengths are spread evenly over [shortest, longest] tokens, in random order. */
  texts(count: number, shortest: number, longest: number): BenchText[] {
    return Array.from({ length: count }, () => this.#text(shortest + Math.floor(this.#random() * (longest - shortest + 1))));
  }

  #text(tokens: number): BenchText {
    let start = Math.floor(this.#random() * (this.#words.length - tokens));
    for (let words = Math.max(1, tokens - 2); ; words -= 1) {
      const text = this.#words.slice(start, start + words).join(' ');
      const { ids } = this.#tokenizer.encode(text);
      if (ids.length <= tokens) return { text, ids };
      if (words <= 1) {
        start += 1;
        words = Math.max(2, tokens - 1);
      }
    }
  }

  /** mulberry32: the same texts in every run. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
