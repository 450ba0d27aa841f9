import MarkdownIt from 'markdown-it';
import type { DocumentWriter } from '../../writing/document-writer';
import { HtmlReader } from '../html/html-reader';
import type { TextReader } from '../reader';
import { FrontMatter } from './front-matter';
import { MarkdownSections } from './markdown-sections';

const markdown = new MarkdownIt({ html: true });

/** Markdown as the page that it makes, section by section: a link that is defined in another section stays as it is written. */
export class MarkdownReader implements TextReader {
  readonly #frontMatter: FrontMatter;
  readonly #sections = new MarkdownSections();

  constructor(private readonly writer: DocumentWriter) {
    this.#frontMatter = new FrontMatter(writer);
  }

  read(text: string): void {
    this.#write(this.#sections.read(this.#frontMatter.read(text)));
  }

  end(): void {
    this.#write(this.#sections.read(this.#frontMatter.end()));
    this.#write(this.#sections.end());
  }

  #write(sections: Iterable<string>): void {
    for (const section of sections) {
      const page = new HtmlReader(this.writer);
      page.read(markdown.render(section));
      page.end();
      this.writer.end();
    }
  }
}
