import type { DocumentWriter } from '../../writing/document-writer';
import { Lines, type Line } from '../lines';
import type { TextReader } from '../reader';

/** Plain text: a block for each paragraph, between empty lines. */
export class PlainTextReader implements TextReader {
  readonly #lines = new Lines();
  #isLineStart = true;

  constructor(private readonly writer: DocumentWriter) {}

  read(text: string): void {
    for (const line of this.#lines.read(text)) this.#write(line);
  }

  end(): void {
    for (const line of this.#lines.end()) this.#write(line);
  }

  #write({ text, isEnded }: Line): void {
    const isEmpty = this.#isLineStart && isEnded && text.trim() === '';
    this.#isLineStart = isEnded;
    if (isEmpty) return this.writer.end();
    if (this.writer.kind === undefined) this.writer.begin('text');
    this.writer.write(isEnded ? `${text}\n` : text);
  }
}
