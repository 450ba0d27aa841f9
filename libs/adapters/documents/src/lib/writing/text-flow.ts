import type { BlockKind } from '@cortex/query';
import type { DocumentWriter } from './document-writer';
import { ListMarkers } from './list-markers';
import { TableRows } from './table-rows';

/** A cell above it is no cell: its table arranges a page. */
const MAX_CELL = 10_000;

/** What a page of paragraphs, headings, lists and tables says, as a browser would lay it out: white space collapsed, each block apart. */
export class TextFlow {
  readonly #lists = new ListMarkers();
  #heading: number | undefined;
  #preformatted = 0;
  /** How many tables one is in; of those that arrange a page, or are inside of another, no rows are kept. */
  #tables = 0;
  #rows: TableRows | undefined;
  #breakBefore = false;
  #spaceBefore = false;

  constructor(private readonly writer: DocumentWriter) {}

  text(raw: string): void {
    if (this.#preformatted > 0 && !this.#rows?.inCell) return this.#code(raw);
    const collapsed = raw.replace(/[ \t\n\r\f]+/g, ' ');
    const words = collapsed.replace(/^ | $/g, '');
    this.#spaceBefore ||= collapsed.startsWith(' ');
    if (words === '') return;
    if (this.#rows?.inCell) this.#putInCell(words);
    else this.#putInBlock(words);
    this.#spaceBefore = collapsed.endsWith(' ');
    this.#breakBefore = false;
  }

  /** A line ends, its block goes on. */
  breakLine(): void {
    this.#breakBefore = true;
  }

  /** A paragraph ends. */
  boundary(): void {
    this.#spaceBefore = true;
    if (this.#rows?.inCell) return;
    if (this.#lists.depth > 0) this.breakLine();
    else if (this.#preformatted === 0) this.writer.end();
  }

  openHeading(level: number): void {
    this.#arrange();
    this.writer.end();
    this.#heading = level;
  }

  closeHeading(): void {
    this.#heading = undefined;
    this.writer.end();
  }

  openList(first?: number): void {
    this.boundary();
    this.#lists.open(first);
  }

  closeList(): void {
    this.#lists.close();
    this.boundary();
  }

  openItem(): void {
    this.boundary();
    this.#lists.next();
  }

  openCode(): void {
    this.boundary();
    this.#preformatted += 1;
    if (!this.#rows?.inCell) this.writer.begin('code');
  }

  closeCode(): void {
    this.#preformatted -= 1;
    if (!this.#rows?.inCell) this.writer.end();
  }

  openTable(): void {
    this.boundary();
    this.#tables += 1;
    if (this.#tables > 1) this.#arrange();
    else if (this.#lists.depth === 0) this.#rows = new TableRows(this.writer);
  }

  closeTable(): void {
    this.#tables -= 1;
    this.closeRow();
    if (this.#tables === 0) this.#rows = undefined;
    this.boundary();
  }

  closeRow(): void {
    if (this.#rows) this.#rows.endRow();
    else this.boundary();
  }

  openCell(isHeader: boolean): void {
    if (this.#rows) this.#rows.beginCell(isHeader);
    else this.boundary();
    this.#spaceBefore = false;
  }

  closeCell(): void {
    this.#rows?.endCell();
  }

  #putInCell(words: string): void {
    const rows = this.#rows!;
    rows.write(this.#spaceBefore || this.#breakBefore ? ` ${words}` : words);
    if (rows.cellUnits > MAX_CELL) this.#arrange();
  }

  #putInBlock(words: string): void {
    const kind = this.#kind();
    const isFresh = this.writer.kind !== kind;
    if (isFresh) this.writer.begin(kind, kind === 'heading' ? { level: this.#heading! } : {});
    this.writer.write(`${this.#lead(isFresh)}${words}`);
  }

  #lead(isFresh: boolean): string {
    if (isFresh) return this.#lists.lead();
    if (this.#breakBefore) return `\n${this.#lists.lead()}`;
    return this.#spaceBefore ? ' ' : '';
  }

  #code(raw: string): void {
    if (this.writer.kind !== 'code') this.writer.begin('code');
    this.writer.write(this.#breakBefore ? `\n${raw}` : raw);
    this.#breakBefore = false;
  }

  #kind(): BlockKind {
    if (this.#heading !== undefined) return 'heading';
    return this.#lists.depth > 0 ? 'list' : 'text';
  }

  /** The table turned out to arrange a page: what its row has so far is text. */
  #arrange(): void {
    const said = this.#rows?.release();
    this.#rows = undefined;
    if (said) this.writer.begin('text');
    if (said) this.writer.write(said);
  }
}
