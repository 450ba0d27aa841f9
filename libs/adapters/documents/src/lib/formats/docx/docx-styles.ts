import { walkXml, type XmlAttributes } from './xml';

/** What a paragraph's style, or the paragraph itself, says of its place in the document. */
export interface ParagraphRole {
  /** Of a heading, from 1. */
  level?: number;
  isItem?: boolean;
}

interface Style extends ParagraphRole {
  parent?: string;
}

const MAX_PARENTS = 10;

/** The roles that a document's styles give: by outline level, numbering, or the built-in names of headings. */
export class DocxStyles {
  readonly #styles = new Map<string, Style>();

  constructor(xml: string) {
    let style: Style = {};
    walkXml(xml, {
      open: (name, attributes) => {
        if (name === 'w:style') this.#styles.set(attributes['w:styleId'] ?? '', (style = {}));
        else learn(style, name, attributes);
      },
    });
  }

  /** Its own, or else its parents'. */
  roleOf(id: string): ParagraphRole {
    const role: ParagraphRole = {};
    let style = this.#styles.get(id);
    for (let parents = 0; style && parents < MAX_PARENTS; parents++) {
      role.level ??= style.level;
      role.isItem ??= style.isItem;
      style = this.#styles.get(style.parent ?? '');
    }
    return role;
  }
}

function learn(style: Style, name: string, attributes: XmlAttributes): void {
  const value = attributes['w:val'] ?? '';
  if (name === 'w:basedOn') style.parent = value;
  else if (name === 'w:name') style.level ??= levelOfName(value);
  else learnRole(style, name, value);
}

/** From a property of a paragraph or a style. Level 9 is body text; numbering 0 is none. */
export function learnRole(role: ParagraphRole, name: string, value: string): void {
  if (name === 'w:outlineLvl' && /^[0-8]$/.test(value)) role.level = Number(value) + 1;
  if (name === 'w:numId') role.isItem = value !== '0';
}

function levelOfName(name: string): number | undefined {
  if (/^title$/i.test(name)) return 1;
  const [, level] = /^heading ([1-9])$/i.exec(name) ?? [];
  return level === undefined ? undefined : Number(level);
}
