import type { DocumentWriter } from './document-writer';

/** So long is a block of rows, in UTF-16 units; the next one repeats the header. */
const BLOCK_UNITS = 2_000;

/** A table as lines, `a | b | c`, in blocks that are understood alone: each begins with the header. */
export class TableRows {
  #header: string | undefined;
  #isHeader = true;
  #cells: string[] = [];
  #cell: string | undefined;
  /** Of the block. */
  #units = 0;

  constructor(private readonly writer: DocumentWriter) {}

  get inCell(): boolean {
    return this.#cell !== undefined;
  }

  get cellUnits(): number {
    return this.#cell?.length ?? 0;
  }

  beginCell(isHeader: boolean): void {
    this.endCell();
    this.#cell = '';
    this.#isHeader &&= isHeader;
  }

  write(text: string): void {
    this.#cell += text;
  }

  endCell(): void {
    if (this.#cell !== undefined) this.#cells.push(this.#cell.trim());
    this.#cell = undefined;
  }

  endRow(): void {
    this.endCell();
    const line = this.#cells.join(' | ');
    if (this.#cells.some((cell) => cell !== '')) this.#writeLine(line);
    [this.#cells, this.#isHeader] = [[], true];
  }

  /** The cells of the open row, which shall be no row. */
  release(): string {
    this.endCell();
    return this.#cells.splice(0).join(' ');
  }

  #writeLine(line: string): void {
    const isFresh = this.writer.kind !== 'table' || this.#units > BLOCK_UNITS;
    if (isFresh) this.#beginBlock();
    this.writer.write(`${line}\n`);
    this.#units += line.length;
    if (this.#isHeader) this.#header ??= line;
  }

  #beginBlock(): void {
    this.writer.begin('table');
    this.#units = 0;
    if (this.#header !== undefined) this.writer.write(`${this.#header}\n`);
  }
}
