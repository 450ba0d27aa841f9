import { Parser } from 'htmlparser2';
import type { DocumentWriter } from '../../writing/document-writer';
import { TextFlow } from '../../writing/text-flow';
import { Nesting } from '../nesting';
import type { TextReader } from '../reader';
import { closeElement, openElement } from './elements';
import { isHidden } from './hidden';

/** A page as a reader sees it, read as it arrives: no tree is built, nothing of it is run or fetched. */
export class HtmlReader implements TextReader {
  readonly #flow: TextFlow;
  readonly #parser: Parser;
  readonly #nesting = new Nesting();
  /** How deep one is within what is hidden; 0 where all is shown. */
  #hidden = 0;
  #title: string | undefined;

  constructor(private readonly writer: DocumentWriter) {
    this.#flow = new TextFlow(writer);
    this.#parser = new Parser({
      onopentag: (name, attributes) => this.#open(name, attributes),
      ontext: (text) => this.#say(text),
      onclosetag: (name) => this.#close(name),
    });
  }

  read(text: string): void {
    this.#parser.write(text);
  }

  end(): void {
    this.#parser.end();
  }

  #open(name: string, attributes: Record<string, string>): void {
    this.#nesting.enter();
    if (this.#hidden > 0 || isHidden(name, attributes)) this.#hidden += 1;
    else if (name === 'title') this.#title = '';
    else openElement(this.#flow, name, attributes);
  }

  #say(text: string): void {
    if (this.#hidden > 0) return;
    if (this.#title === undefined) this.#flow.text(text);
    else this.#title += text;
  }

  #close(name: string): void {
    this.#nesting.leave();
    if (this.#hidden > 0) this.#hidden -= 1;
    else if (name === 'title') this.#endTitle();
    else closeElement(this.#flow, name);
  }

  #endTitle(): void {
    this.writer.title = this.#title;
    this.#title = undefined;
  }
}
