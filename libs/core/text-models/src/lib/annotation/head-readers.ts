import type { ClassifyHead, TagsHead } from '@cortex/model-registry';
import { probabilityOf, softmax } from '../probability';
import type { Spans } from './spans';
import { movesOf, tagOf, type Moves, type Tag } from './tags';
import { bestPath } from './viterbi';
import type { WordWindow } from './word-windows';
import type { Word } from './words';

/** What a row gave: `width` numbers a token, end to end. */
export interface RowNumbers {
  readonly values: Float32Array;
  readonly width: number;
}

/** Reads labels of words. */
export class TagReader {
  readonly #tags: readonly Tag[];
  readonly #moves: Moves;

  constructor(private readonly head: TagsHead) {
    this.#tags = head.labels.map(tagOf);
    this.#moves = movesOf(head);
  }

  /** Adds the words that are the window's own; its other words are read with them. */
  read({ words, places, from, to, continues }: WordWindow, numbers: RowNumbers, spans: Spans): void {
    if (!continues) spans.cut();
    const { columns: [first, end] } = this.head;
    const labels = end - first;
    const scores = new Float32Array(words.length * labels);
    places.forEach((place, word) => scores.set(numbers.values.subarray(place * numbers.width + first, place * numbers.width + end), word * labels));
    const path = this.#pathOf(words, scores);
    for (let word = from; word < to; word += 1) {
      const label = path[word]!;
      const tag = this.#tags[label]!;
      if (words[word]!.beginsEntry) spans.cut();
      spans.add(words[word]!, tag, tag.type === undefined ? 0 : probabilityOf(label, scores.subarray(word * labels, (word + 1) * labels)));
    }
  }

  /** Entry by entry, each as if it were a text. */
  #pathOf(words: readonly Word[], scores: Float32Array): Int32Array {
    const labels = this.#tags.length;
    const path = new Int32Array(words.length);
    for (let start = 0, end = 1; start < words.length; start = end, end += 1) {
      while (end < words.length && !words[end]!.beginsEntry) end += 1;
      path.set(bestPath(scores.subarray(start * labels, end * labels), this.#moves), start);
    }
    return path;
  }
}

/** What a head says of a whole text: the mean of its windows' probabilities, by their tokens. */
export class ClassMean {
  readonly #sums: Float64Array;
  #tokens = 0;

  constructor(private readonly head: ClassifyHead) {
    this.#sums = new Float64Array(head.labels.length);
  }

  /** A row's first token speaks for all of it. */
  add({ row }: WordWindow, { values }: RowNumbers): void {
    const { columns: [first, end], temperature = 1 } = this.head;
    const tokens = row.ids.length;
    softmax(values.subarray(first, end).map((logit) => logit / temperature)).forEach((probability, label) => (this.#sums[label]! += probability * tokens));
    this.#tokens += tokens;
  }

  /** By label, adding up to 1; undefined where there was no window. */
  get scores(): Readonly<Record<string, number>> | undefined {
    if (this.#tokens === 0) return undefined;
    return Object.fromEntries(this.head.labels.map((label, index) => [label, this.#sums[index]! / this.#tokens]));
  }
}
