import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IndexedPassage } from '@cortex/query';
import { sharedFolder } from '@cortex/service-process';

export const WIDTH = 384;
const TOPICS = 500;
const WORDS = 120;
/** How far a passage lies from the middle of its topic, whose length is 1. */
const SPREAD = 0.6;

/** Passages of Cranfield's words, and vectors that lie in topics as those of texts do; the same ones each time. */
export class PassageSource {
  readonly queries: readonly string[];
  readonly #words: readonly string[];
  readonly #topics: readonly Float32Array[];
  #state = 42;

  constructor() {
    const read = (file: string) => readFileSync(join(sharedFolder, 'data/retrieval/cranfield', file), 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { text: string }).text);
    this.queries = read('queries.jsonl');
    this.#words = read('corpus.jsonl').flatMap((text) => text.split(/\s+/).filter(Boolean));
    this.#topics = Array.from({ length: TOPICS }, () => this.#near(new Float32Array(WIDTH), 1));
  }

  passage(ordinal: number): IndexedPassage {
    const text = this.words(WORDS);
    return { ordinal, start: 0, end: text.length, headings: [], tokens: WORDS, text, vectors: { bench: this.vector() } };
  }

  words(count: number): string {
    return Array.from({ length: count }, () => this.#words[Math.floor(this.#random() * this.#words.length)]).join(' ');
  }

  vector(): Float32Array {
    return this.#near(this.#topics[Math.floor(this.#random() * TOPICS)]!, SPREAD / Math.sqrt(WIDTH));
  }

  #near(middle: Float32Array, spread: number): Float32Array {
    const moved = middle.map((value) => value + spread * this.#normal());
    const length = Math.sqrt(moved.reduce((sum, value) => sum + value * value, 0));
    return moved.map((value) => value / length);
  }

  /** Box and Muller 1958. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }

  /** Park and Miller 1988. */
  #random(): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return this.#state / 2_147_483_647;
  }
}
