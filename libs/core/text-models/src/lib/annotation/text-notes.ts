import type { ClassifyHead, TokenHeads } from '@cortex/model-registry';
import type { Annotation } from './annotation';
import { ClassMean, TagReader, type RowNumbers } from './head-readers';
import { Spans } from './spans';
import type { WordWindow } from './word-windows';

/** Heads made ready to read rows. */
export class HeadReaders {
  readonly tags: readonly (readonly [name: string, reader: TagReader])[];
  readonly classes: readonly (readonly [name: string, head: ClassifyHead])[];

  constructor(heads: TokenHeads) {
    const named = Object.entries(heads);
    this.tags = named.flatMap(([name, head]) => (head.kind === 'tags' ? [[name, new TagReader(head)] as const] : []));
    this.classes = named.flatMap(([name, head]) => (head.kind === 'classify' ? [[name, head] as const] : []));
  }
}

/** What is known of one text, window by window in their order. */
export class TextNotes {
  #windows = 0;
  readonly #spans: readonly Spans[];
  readonly #means: readonly ClassMean[];

  constructor(private readonly readers: HeadReaders) {
    this.#spans = readers.tags.map(() => new Spans());
    this.#means = readers.classes.map(([, head]) => new ClassMean(head));
  }

  add(window: WordWindow, numbers: RowNumbers): void {
    this.#windows += 1;
    this.readers.tags.forEach(([, reader], head) => reader.read(window, numbers, this.#spans[head]!));
    for (const mean of this.#means) mean.add(window, numbers);
  }

  get annotation(): Annotation {
    const spans = Object.fromEntries(this.readers.tags.map(([name], head) => [name, this.#spans[head]!.finished()]));
    const scores = this.readers.classes.flatMap(([name], head) => {
      const { scores: found } = this.#means[head]!;
      return found ? [[name, found] as const] : [];
    });
    return { windows: this.#windows, spans, scores: Object.fromEntries(scores) };
  }
}
