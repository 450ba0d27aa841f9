import { languageOf } from '@cortex/nlp-pipeline';
import type { DocumentRecord, IndexedDocument } from '../documents/document-record';
import type { ParsedDocument } from '../documents/parsed-document';

/** So much of a text tells its language. */
const SAMPLE = 4_000;

/** What a document says of itself, and its owner of it. */
export class FactsReader {
  #title: string | undefined;
  #sample = '';

  constructor(private readonly record: DocumentRecord) {
    this.#title = record.title;
  }

  get title(): string | undefined {
    return this.#title;
  }

  see({ title, text }: ParsedDocument): void {
    this.#title ??= title;
    if (this.#sample.length < SAMPLE) this.#sample += text.slice(0, SAMPLE);
  }

  async found(): Promise<Pick<IndexedDocument, 'title' | 'language'>> {
    const { code } = this.record.language === undefined ? await languageOf(this.#sample) : { code: this.record.language };
    return { ...(this.#title !== undefined && { title: this.#title }), ...(code !== 'unknown' && { language: code }) };
  }
}
