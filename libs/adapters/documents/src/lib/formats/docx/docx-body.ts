import type { DocumentWriter } from '../../writing/document-writer';
import { TextFlow } from '../../writing/text-flow';
import { learnRole, type DocxStyles, type ParagraphRole } from './docx-styles';
import type { XmlAttributes, XmlSink } from './xml';

/** What was deleted or moved away, and what stands in for something that is there too. */
const LEFT_OUT = new Set(['w:del', 'w:moveFrom', 'mc:Fallback']);

interface Paragraph extends ParagraphRole {
  depth: number;
  /** Its properties are read; its text begins. */
  isOpen: boolean;
}

const fresh = (): Paragraph => ({ depth: 0, isOpen: false });

/** Word's own markup as a flow of text: what is shown, as it was last edited. */
export class DocxBody implements XmlSink {
  readonly #flow: TextFlow;
  #paragraph = fresh();
  #lists = 0;
  #leftOut = 0;
  #isHidden = false;
  #isText = false;

  constructor(
    writer: DocumentWriter,
    private readonly styles: DocxStyles,
  ) {
    this.#flow = new TextFlow(writer);
  }

  open(name: string, attributes: XmlAttributes): void {
    if (this.#leftOut > 0 || LEFT_OUT.has(name)) this.#leftOut += 1;
    else this.#open(name, attributes['w:val'] ?? '');
  }

  text(text: string): void {
    if (!this.#isText || this.#isHidden || this.#leftOut > 0) return;
    this.#begin();
    this.#flow.text(text);
  }

  close(name: string): void {
    if (this.#leftOut > 0) this.#leftOut -= 1;
    else if (name === 'w:p') this.#endParagraph();
    else if (name === 'w:t') this.#isText = false;
    else if (name === 'w:tc') this.#flow.closeCell();
    else if (name === 'w:tr') this.#flow.closeRow();
    else if (name === 'w:tbl') this.#flow.closeTable();
  }

  #open(name: string, value: string): void {
    switch (name) {
      case 'w:p':
        return this.#endParagraph();
      case 'w:pStyle':
        return void Object.assign(this.#paragraph, this.styles.roleOf(value));
      case 'w:ilvl':
        this.#paragraph.depth = Math.min(Number(value) || 0, 8);
        return;
      case 'w:r':
        this.#isHidden = false;
        return;
      case 'w:vanish':
        this.#isHidden = !['0', 'false', 'off'].includes(value);
        return;
      default:
        learnRole(this.#paragraph, name, value);
        return this.#content(name);
    }
  }

  #content(name: string): void {
    if (name === 'w:t') this.#isText = true;
    else if (name === 'w:tab') this.#flow.text(' ');
    else if (name === 'w:br' || name === 'w:cr') this.#flow.breakLine();
    else if (name === 'w:noBreakHyphen') this.#flow.text('\u2011');
    else if (name === 'w:tbl') this.#openTable();
    else if (name === 'w:tc') this.#flow.openCell(false);
  }

  #openTable(): void {
    this.#endParagraph();
    this.#list(0);
    this.#flow.openTable();
  }

  /** Before the first text of a paragraph. */
  #begin(): void {
    const { level, isItem, depth, isOpen } = this.#paragraph;
    if (isOpen) return;
    this.#paragraph.isOpen = true;
    this.#list(isItem && level === undefined ? depth + 1 : 0);
    if (level !== undefined) this.#flow.openHeading(level);
    else if (isItem) this.#flow.openItem();
  }

  #endParagraph(): void {
    if (this.#paragraph.isOpen && this.#paragraph.level !== undefined) this.#flow.closeHeading();
    else this.#flow.boundary();
    this.#paragraph = fresh();
  }

  #list(depth: number): void {
    for (; this.#lists > depth; this.#lists--) this.#flow.closeList();
    for (; this.#lists < depth; this.#lists++) this.#flow.openList();
  }
}
