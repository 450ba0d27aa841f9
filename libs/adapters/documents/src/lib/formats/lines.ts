/** A line, or a piece of one that is too long to be kept. */
export interface Line {
  readonly text: string;
  /** False where the rest of the line follows. */
  readonly isEnded: boolean;
}

const MAX_UNITS = 64 * 1_024;

/** Cuts text that arrives in pieces into lines, without their ends. */
export class Lines {
  #rest = '';

  *read(text: string): Generator<Line> {
    const all = this.#rest + text;
    let start = 0;
    for (let end = all.indexOf('\n'); end >= 0; end = all.indexOf('\n', start)) {
      yield { text: all.slice(start, all[end - 1] === '\r' ? end - 1 : end), isEnded: true };
      start = end + 1;
    }
    this.#rest = all.slice(start);
    if (this.#rest.length > MAX_UNITS) yield { text: this.#takeRest(), isEnded: false };
  }

  *end(): Generator<Line> {
    if (this.#rest !== '') yield { text: this.#takeRest(), isEnded: true };
  }

  #takeRest(): string {
    const rest = this.#rest;
    this.#rest = '';
    return rest;
  }
}
