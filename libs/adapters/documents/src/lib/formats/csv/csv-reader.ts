import { UnreadableError } from '../../reading.errors';
import { Records } from '../../writing/records';
import type { ReaderTerms, TextReader } from '../reader';
import { CsvLexer, type CsvSink } from './csv-lexer';
import { delimiterOf } from './delimiter';

/** Longer names of columns are cut, since each row repeats them. */
const MAX_NAME = 100;
const MAX_HEAD = 64 * 1_024;

/** A row is a record; the first row names the columns. */
export class CsvReader implements TextReader, CsvSink {
  readonly #records: Records;
  readonly #names: string[] = [];
  #lexer: CsvLexer | undefined;
  /** What came before the delimiter was known. */
  #head = '';
  #row = 0;
  #column = 0;

  constructor(private readonly terms: Pick<ReaderTerms, 'writer' | 'mediaType'>) {
    this.#records = new Records(terms.writer, 'table');
  }

  read(text: string): void {
    if (this.#lexer) return this.#lexer.read(text);
    this.#head += text;
    if (this.#head.length > MAX_HEAD) this.#begin();
  }

  end(): void {
    const lexer = this.#lexer ?? this.#begin();
    if (lexer.isOpen) throw new UnreadableError(`a quote in row ${this.#row + 1} is not closed`);
    lexer.end();
    if (this.#row === 1) this.#writeNames();
  }

  text(piece: string): void {
    if (this.#row > 0) return this.#records.write(piece);
    const name = this.#names[this.#column] ?? '';
    this.#names[this.#column] = `${name}${piece}`.slice(0, MAX_NAME);
  }

  endCell(): void {
    if (this.#row === 0) this.#names[this.#column] = this.#names[this.#column]?.trim() || `column ${this.#column + 1}`;
    this.#column += 1;
    this.#introduce();
  }

  endRow(): void {
    this.#records.endRecord();
    this.#row += 1;
    this.#column = 0;
    this.#introduce();
  }

  #begin(): CsvLexer {
    this.#lexer = new CsvLexer(delimiterOf(this.#head, this.terms.mediaType), this);
    this.#lexer.read(this.#head);
    this.#head = '';
    return this.#lexer;
  }

  #introduce(): void {
    if (this.#row > 0) this.#records.field(this.#names[this.#column] ?? `column ${this.#column + 1}`);
  }

  /** A table without rows says how its columns are called. */
  #writeNames(): void {
    this.terms.writer.begin('table');
    this.terms.writer.write(this.#names.join(' | '));
  }
}
