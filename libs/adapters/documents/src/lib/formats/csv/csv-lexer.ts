/** What a lexer finds, in order. Cells come in pieces. */
export interface CsvSink {
  text(piece: string): void;
  endCell(): void;
  endRow(): void;
}

type State = 'start' | 'plain' | 'quoted' | 'quote';

/** RFC 4180, read leniently and in pieces: quotes count at a cell's beginning alone, lines end by CRLF, LF or CR. */
export class CsvLexer {
  #state: State = 'start';
  #isAfterReturn = false;
  /** Whether the row has anything yet. */
  #isRowOpen = false;
  readonly #ends: RegExp;

  constructor(
    private readonly delimiter: string,
    private readonly sink: CsvSink,
  ) {
    this.#ends = new RegExp(`[\\n\\r${delimiter === '\t' ? '\\t' : `\\${delimiter}`}]`, 'g');
  }

  /** Whether a quote is open. */
  get isOpen(): boolean {
    return this.#state === 'quoted';
  }

  read(text: string): void {
    for (let place = 0; place < text.length; ) place = this.#step(text, place);
  }

  end(): void {
    if (this.#isRowOpen) this.#endRow();
  }

  #step(text: string, place: number): number {
    if (this.#skipsLineFeed(text[place]!)) return place + 1;
    if (this.#state === 'quoted') return this.#quoted(text, place);
    if (this.#state === 'quote') return this.#afterQuote(text, place);
    if (this.#state === 'start' && text[place] === '"') return this.#enter('quoted', place + 1);
    return this.#plain(text, place);
  }

  #skipsLineFeed(character: string): boolean {
    const skips = this.#isAfterReturn && character === '\n';
    this.#isAfterReturn = false;
    return skips;
  }

  #quoted(text: string, place: number): number {
    const end = text.indexOf('"', place);
    this.sink.text(text.slice(place, end < 0 ? text.length : end));
    return end < 0 ? text.length : this.#enter('quote', end + 1);
  }

  /** It closed the cell, or it is the first of two that mean one. */
  #afterQuote(text: string, place: number): number {
    if (text[place] !== '"') return this.#plain(text, place);
    this.sink.text('"');
    return this.#enter('quoted', place + 1);
  }

  #plain(text: string, place: number): number {
    this.#ends.lastIndex = place;
    const end = this.#ends.exec(text)?.index ?? text.length;
    if (end > place) {
      this.sink.text(text.slice(place, end));
      this.#enter('plain', end);
    }
    if (end === text.length) return end;
    if (text[end] === this.delimiter) this.#endCell();
    else this.#endRow();
    this.#isAfterReturn = text[end] === '\r';
    return end + 1;
  }

  #enter(state: State, place: number): number {
    this.#state = state;
    this.#isRowOpen = true;
    return place;
  }

  #endCell(): void {
    this.sink.endCell();
    this.#enter('start', 0);
  }

  #endRow(): void {
    this.#endCell();
    this.sink.endRow();
    this.#isRowOpen = false;
  }
}
