import type { DocumentWriter } from '../../writing/document-writer';
import type { PdfLine } from './pdf-line';
import { PdfTypography } from './pdf-typography';

const ITEM = /^[•◦▪‣●○■\u2013-]\s/;

/** Lines of pages as headings, items and paragraphs, each across the ends of lines. Without a title yet it is the largest heading of the first page. */
export function writeParagraphs(lines: readonly PdfLine[], writer: DocumentWriter): void {
  const typography = new PdfTypography(lines);
  writer.title = titleOf(lines, typography);
  for (const paragraph of paragraphsOf(lines, typography)) {
    const first = paragraph[0]!;
    const level = typography.levelOf(first);
    const kind = ITEM.test(first.text) ? 'list' : 'text';
    writer.begin(level === undefined ? kind : 'heading', { page: first.page, ...(level !== undefined && { level }) });
    writer.write(joined(paragraph));
  }
}

function titleOf(lines: readonly PdfLine[], typography: PdfTypography): string | undefined {
  const headings = lines.filter((line) => line.page === lines[0]!.page && typography.levelOf(line) !== undefined);
  const largest = headings.reduce((size, heading) => Math.max(size, heading.size), 0);
  return headings.find(({ size }) => size === largest)?.text;
}

function* paragraphsOf(lines: readonly PdfLine[], typography: PdfTypography): Generator<PdfLine[]> {
  let open: PdfLine[] = [];
  for (const line of lines) {
    const before = open.at(-1);
    if (before && (ITEM.test(line.text) || !typography.areTogether(before, line))) {
      yield open;
      open = [];
    }
    open.push(line);
  }
  if (open.length > 0) yield open;
}

/** A word that was divided at a line's end is one again. */
function joined(lines: readonly PdfLine[]): string {
  return lines
    .map(({ text }, place) => {
      const next = lines[place + 1];
      if (!next) return text;
      return /\p{L}[-\u00ad\u2010]$/u.test(text) && /^\p{Ll}/u.test(next.text) ? text.slice(0, -1) : `${text} `;
    })
    .join('');
}
