import type { ReaderTerms } from '../reader';
import { DocxBody } from './docx-body';
import { openDocx } from './docx-package';
import { DocxStyles } from './docx-styles';
import { walkXml } from './xml';

/** A document of Word: its body, in order. Headers, footers, notes and comments stand outside of it. */
export function readDocx(bytes: Uint8Array, { writer, limits }: ReaderTerms): void {
  const parts = openDocx(bytes, limits.unfoldedBytes);
  writer.title = titleOf(parts.properties);
  walkXml(parts.document, new DocxBody(writer, new DocxStyles(parts.styles)));
}

function titleOf(properties: string): string {
  let [title, isTitle] = ['', false];
  walkXml(properties, {
    open: (name) => (isTitle = name === 'dc:title'),
    text: (text) => (title += isTitle ? text : ''),
    close: () => (isTitle = false),
  });
  return title;
}
