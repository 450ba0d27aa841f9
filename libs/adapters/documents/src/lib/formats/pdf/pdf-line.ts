import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';

/** A line of a page. Lengths are in points, `y` grows upwards. */
export interface PdfLine {
  readonly text: string;
  readonly page: number;
  readonly x: number;
  readonly y: number;
  /** Of the font, of most of the line. */
  readonly size: number;
}

/** Joins what the library found on a page into lines: it says where most end, and puts spaces where there are gaps. */
export function* linesOf(items: readonly TextItem[], page: number): Generator<PdfLine> {
  let open: TextItem[] = [];
  for (const item of items) {
    if (open.length > 0 && isBelow(open[0]!, item)) {
      yield* lineOf(open, page);
      open = [];
    }
    open.push(item);
    if (!item.hasEOL) continue;
    yield* lineOf(open, page);
    open = [];
  }
  yield* lineOf(open, page);
}

function* lineOf(items: readonly TextItem[], page: number): Generator<PdfLine> {
  const text = items.map(({ str }) => str).join('').replace(/\s+/g, ' ').trim();
  const first = items.find(({ str }) => str.trim() !== '');
  if (!first || text === '') return;
  const longest = items.reduce((best, item) => (item.str.length > best.str.length ? item : best), first);
  const [, , , , x = 0, y = 0] = first.transform as number[];
  yield { text, page, x, y, size: Math.round(sizeOf(longest) * 2) / 2 };
}

/** What is raised or lowered within a line is so by less than its size. */
function isBelow(first: TextItem, item: TextItem): boolean {
  const [, , , , , y = 0] = first.transform as number[];
  const [, , , , , other = 0] = item.transform as number[];
  return item.str.trim() !== '' && Math.abs(y - other) > Math.max(sizeOf(first), sizeOf(item));
}

function sizeOf({ height, transform }: TextItem): number {
  const [, , c = 0, d = 0] = transform as number[];
  return height || Math.hypot(c, d);
}
