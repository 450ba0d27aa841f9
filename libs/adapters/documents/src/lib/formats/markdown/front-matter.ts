import type { DocumentWriter } from '../../writing/document-writer';

const MAX_UNITS = 16 * 1_024;
const MATTER = /^---[ \t]*\r?\n(?:([^]*?)\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/;

/** Takes a block of YAML from the beginning of a text, and of it the title. What is not closed soon is text. */
export class FrontMatter {
  #head: string | undefined = '';

  constructor(private readonly writer: DocumentWriter) {}

  /** What is to be read as text. */
  read(text: string): string {
    if (this.#head === undefined) return text;
    this.#head += text;
    const mayBegin = this.#head.length < 4 || this.#head.startsWith('---');
    return mayBegin && this.#head.length < MAX_UNITS ? '' : this.end();
  }

  end(): string {
    const head = this.#head ?? '';
    this.#head = undefined;
    const [matter = '', yaml = ''] = MATTER.exec(head.slice(0, MAX_UNITS)) ?? [];
    const [, , title] = /^title[ \t]*:[ \t]*(["']?)(.*?)\1[ \t]*\r?$/m.exec(yaml) ?? [];
    this.writer.title = title;
    return head.slice(matter.length);
  }
}
