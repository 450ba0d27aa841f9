import type { FoundPassage } from '../retrieval/passage';
import type { AnswerEvent } from './answer';
import { cite, type Citation } from './citation';

/** `[2: "words"]`, with the quotation marks that models write. */
const MARK = /\[(\d{1,2}):?\s*(?:["“”«']([^\]]*?)["“”»'])?\s*\]/;
/** A mark that has begun; what is longer is no mark. */
const MOST_MARK = 1_000;

/** Takes citations out of an answer as it is written, and keeps those whose quote stands in its source. */
export class CitationReader {
  readonly #citations: Citation[] = [];
  #text = '';
  /** What may be the beginning of a mark. */
  #held = '';
  #dropped = 0;

  constructor(private readonly passages: readonly FoundPassage[]) {}

  get text(): string {
    return this.#text;
  }

  get citations(): readonly Citation[] {
    return this.#citations;
  }

  /** Marks whose quote stands in no source. */
  get dropped(): number {
    return this.#dropped;
  }

  *read(written: string): Generator<AnswerEvent> {
    this.#held += written;
    for (let mark = MARK.exec(this.#held); mark; mark = MARK.exec(this.#held)) {
      yield* this.#say(this.#held.slice(0, mark.index));
      this.#held = this.#held.slice(mark.index + mark[0].length);
      yield* this.#marked(mark[0], { source: Number(mark[1]), quote: mark[2] });
    }
    const open = this.#held.lastIndexOf('[');
    const isOpen = open >= 0 && this.#held.length - open < MOST_MARK;
    yield* this.#release(isOpen ? open : this.#held.length);
  }

  /** What was held back is no mark. */
  *end(): Generator<AnswerEvent> {
    yield* this.#release(this.#held.length);
  }

  *#release(length: number): Generator<AnswerEvent> {
    yield* this.#say(this.#held.slice(0, length));
    this.#held = this.#held.slice(length);
  }

  *#say(text: string): Generator<AnswerEvent> {
    if (text === '') return;
    this.#text += text;
    yield { type: 'text', text };
  }

  /** A number in brackets that names no source, and quotes nothing, is a part of the text. */
  *#marked(text: string, { source, quote }: { readonly source: number; readonly quote: string | undefined }): Generator<AnswerEvent> {
    const passage = this.passages[source - 1];
    if (!passage && quote === undefined) return yield* this.#say(text);
    const citation = passage && cite(passage, quote ?? '');
    if (!citation) return void (this.#dropped += 1);
    const known = this.#citations.findIndex(({ passage: id, start, end }) => id === citation.passage && start === citation.start && end === citation.end);
    const number = known < 0 ? this.#citations.push(citation) : known + 1;
    yield* this.#say(`[${number}]`);
    if (known < 0) yield { type: 'citation', number, citation };
  }
}
