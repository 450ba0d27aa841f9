import type { TokenRow } from '@cortex/inference';
import { throwIfLeft, type Clock, type RequestContext } from '@cortex/kernel';
import { TextTooLongError } from './text-models.errors';
import type { Encoding } from './tokenizer.port';
import { Turns } from './turns';

/** How long one request may tokenize before others get the thread. */
const SLICE_MS = 2;

/** What a request's texts became. */
export interface ReadTexts {
  readonly rows: readonly TokenRow[];
  /** Special tokens included. */
  readonly tokens: number;
  /** How many texts were cut. */
  readonly truncated: number;
}

export interface ReadingLimits {
  readonly maxTokens: number;
  /** false: a text longer than that is refused. */
  readonly truncate: boolean;
}

/** Reads a request's texts in slices of time, so that a thousand of them do not hold up a health check. */
export class TextReader {
  readonly #turns = new Turns();

  constructor(private readonly clock: Clock) {}

  /** Encodings that are made as they are asked for. @throws TextTooLongError, or the signal's reason when the caller left */
  async read(encodings: Iterable<Encoding>, { maxTokens, truncate }: ReadingLimits, context: RequestContext): Promise<ReadTexts> {
    const rows: TokenRow[] = [];
    let tokens = 0;
    let truncated = 0;
    await this.paced(encodings, context, ({ truncated: cut, ...row }) => {
      if (cut && !truncate) throw new TextTooLongError(rows.length, maxTokens);
      rows.push(row);
      tokens += row.ids.length;
      if (cut) truncated++;
    });
    return { rows, tokens, truncated };
  }

  /** Takes one item after another, with a pause when the slice is over; its working time goes to the context's `tokenizeMs`. */
  async paced<T>(items: Iterable<T>, context: RequestContext, take: (item: T) => void): Promise<void> {
    let startedAt = this.clock.now();
    for (const item of items) {
      take(item);
      if (this.clock.now() - startedAt < SLICE_MS) continue;
      this.#charge(startedAt, context);
      await this.#turns.next();
      throwIfLeft(context);
      startedAt = this.clock.now();
    }
    this.#charge(startedAt, context);
  }

  #charge(startedAt: number, { timings }: RequestContext): void {
    timings.tokenizeMs = (timings.tokenizeMs ?? 0) + this.clock.now() - startedAt;
  }
}
