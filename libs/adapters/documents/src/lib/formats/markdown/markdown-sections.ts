import { Lines, type Line } from '../lines';

/** From these lengths on, in UTF-16 units, a section ends at a heading, at an empty line before something new, at any line. */
const AT_HEADING = 64 * 1_024;
const AT_EMPTY_LINE = 96 * 1_024;
const AT_ANY_LINE = 256 * 1_024;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** Cuts Markdown that arrives in pieces into sections that mean alone what they mean together. */
export class MarkdownSections {
  readonly #lines = new Lines();
  #section = '';
  /** The line that opened the code that one is in. */
  #fence: string | undefined;
  #isAfterEmpty = true;
  #isLineStart = true;

  *read(text: string): Generator<string> {
    for (const line of this.#lines.read(text)) yield* this.#add(line);
  }

  *end(): Generator<string> {
    for (const line of this.#lines.end()) yield* this.#add(line);
    yield this.#section;
  }

  *#add({ text, isEnded }: Line): Generator<string> {
    if (this.#endsBefore(text)) yield this.#take();
    if (this.#isLineStart) this.#see(text);
    this.#section += isEnded ? `${text}\n` : text;
    this.#isLineStart = isEnded;
  }

  #endsBefore(line: string): boolean {
    const units = this.#section.length;
    if (units > AT_ANY_LINE) return true;
    if (this.#fence !== undefined || !this.#isLineStart) return false;
    return (units > AT_HEADING && /^#{1,6} /.test(line)) || (units > AT_EMPTY_LINE && this.#isAfterEmpty && /^[\p{L}\p{N}#]/u.test(line));
  }

  #see(line: string): void {
    const mark = FENCE.exec(line)?.[1];
    const open = this.#fence && FENCE.exec(this.#fence)?.[1];
    if (mark && open === undefined) this.#fence = line;
    else if (mark && open && mark.startsWith(open) && line.trim() === mark) this.#fence = undefined;
    this.#isAfterEmpty = line.trim() === '';
  }

  /** Code that is cut in two goes on as code. */
  #take(): string {
    const section = this.#section;
    this.#section = this.#fence === undefined ? '' : `${this.#fence.slice(0, 100)}\n`;
    return section;
  }
}
