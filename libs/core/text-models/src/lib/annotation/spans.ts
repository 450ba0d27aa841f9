import type { LabelledSpan } from './annotation';
import type { Tag } from './tags';

/** A word as it stands in its text, in UTF-16 units. */
export interface PlacedWord {
  readonly start: number;
  readonly stop: number;
}

interface OpenSpan {
  readonly start: number;
  stop: number;
  readonly label: string;
  scores: number;
  words: number;
}

/** Joins a text's words, given one after another with their tags, to spans. */
export class Spans {
  readonly #done: LabelledSpan[] = [];
  /** Goes on if the next word does. */
  #open: OpenSpan | undefined;

  /** `score` is the probability of the word's label. A word that continues nothing begins a span. */
  add({ start, stop }: PlacedWord, { type, begins, ends }: Tag, score: number): void {
    const open = this.#open;
    if (open && !begins && type === open.label) {
      open.stop = stop;
      open.scores += score;
      open.words += 1;
    } else {
      this.cut();
      if (type !== undefined) this.#open = { start, stop, label: type, scores: score, words: 1 };
    }
    if (ends) this.cut();
  }

  /** Nothing goes on from here. */
  cut(): void {
    if (!this.#open) return;
    const { start, stop, label, scores, words } = this.#open;
    this.#done.push({ start, stop, label, score: scores / words });
    this.#open = undefined;
  }

  /** All spans, once the last word was added. */
  finished(): readonly LabelledSpan[] {
    this.cut();
    return this.#done;
  }
}
