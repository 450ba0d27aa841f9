import type { BlockKind } from '@cortex/query';
import type { DocumentWriter } from './document-writer';

/** Records as lines of their own blocks, `name: value; name: value, value`, so that each is understood alone. A field without a value is left out. */
export class Records {
  /** Of the field that a value would belong to. */
  #label = '';
  /** Of the last value that was written to the record. */
  #writtenLabel: string | undefined;
  #isNewValue = false;

  constructor(
    private readonly writer: DocumentWriter,
    private readonly kind: BlockKind,
  ) {}

  /** A value of that name follows, in pieces; one of the same name as the last stands beside it. */
  field(label: string): void {
    this.#label = label;
    this.#isNewValue = true;
  }

  write(piece: string): void {
    const text = (this.#isNewValue ? piece.trimStart() : piece).replace(/[\n\r]+/g, ' ');
    if (text === '') return;
    if (this.#isNewValue) this.#introduce();
    this.writer.write(text);
  }

  endRecord(): void {
    this.writer.end();
    this.#writtenLabel = undefined;
  }

  #introduce(): void {
    if (this.#writtenLabel === undefined) this.writer.begin(this.kind, { glue: '\n' });
    const label = this.#label === '' ? '' : `${this.#label}: `;
    if (this.#writtenLabel === undefined) this.writer.write(label);
    else this.writer.write(this.#writtenLabel === this.#label ? ', ' : `; ${label}`);
    this.#writtenLabel = this.#label;
    this.#isNewValue = false;
  }
}
