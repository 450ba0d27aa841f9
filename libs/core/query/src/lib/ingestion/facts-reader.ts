import { detectLanguage } from '@cortex/nlp-pipeline';
import type { DocumentRecord } from '../documents/document-record';
import type { ParsedDocument } from '../documents/parsed-document';
import type { DocumentFacts } from '../retrieval/passage-index.port';

/** So much of a text tells its language. */
const SAMPLE = 4_000;

/** What a document says of itself, and its owner of it. */
export class FactsReader {
  #title: string | undefined;
  #sample = '';

  /** `language` is what a text that does not show its own is taken for. */
  constructor(private readonly record: DocumentRecord, private readonly language: string) {
    this.#title = record.title;
  }

  get title(): string | undefined {
    return this.#title;
  }

  see({ title, text }: ParsedDocument): void {
    this.#title ??= title;
    if (this.#sample.length < SAMPLE) this.#sample += text.slice(0, SAMPLE);
  }

  found(): Pick<DocumentFacts, 'title' | 'language'> {
    const language = this.record.language ?? knownOr(this.language, detectLanguage(this.#sample));
    return { ...(this.#title !== undefined && { title: this.#title }), language };
  }
}

function knownOr(otherwise: string, { code }: { readonly code: string }): string {
  return code === 'unknown' ? otherwise : code;
}
