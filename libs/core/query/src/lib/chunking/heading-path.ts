import type { Block } from '../documents/parsed-document';

const MAX_HEADING = 200;
const MAX_HEADINGS = 6;

/** The headings above a place of a document that is read from its beginning. */
export class HeadingPath {
  #above: { readonly level: number; readonly text: string }[] = [];

  /** The highest first, the six lowest of them. */
  get headings(): readonly string[] {
    return this.#above.slice(-MAX_HEADINGS).map(({ text }) => text);
  }

  pass({ level = 1 }: Pick<Block, 'level'>, text: string): void {
    this.#above = [...this.#above.filter((heading) => heading.level < level), { level, text: text.slice(0, MAX_HEADING) }];
  }
}
