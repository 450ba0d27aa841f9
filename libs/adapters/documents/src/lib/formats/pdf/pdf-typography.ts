import type { PdfLine } from './pdf-line';

/** A heading is set so much larger than the body, and is not longer. */
const LARGER = 1.15;
const MAX_HEADING = 200;
const MAX_LEVEL = 6;
/** Lines of a paragraph stand at most so far apart, in sizes of their font, and this much farther than most do. */
const MAX_LEADING = 1.75;
const LOOSER = 1.15;

/** How a document is set: most of it is the body, what is clearly larger are headings, the largest first. */
export class PdfTypography {
  readonly #levels = new Map<number, number>();
  readonly #leading: number;

  constructor(lines: readonly PdfLine[]) {
    const body = mostly(lines.map(({ size, text }) => [size, text.length])) ?? 0;
    const sizes = new Set(lines.map(({ size }) => size));
    const larger = [...sizes].filter((size) => size >= body * LARGER).sort((a, b) => b - a);
    for (const [rank, size] of larger.entries()) this.#levels.set(size, Math.min(rank + 1, MAX_LEVEL));
    const leadings = lines.slice(1).map((line, place) => leadingOf(lines[place]!, line)).filter((leading) => leading < MAX_LEADING);
    this.#leading = Math.min(MAX_LEADING, (mostly(leadings.map((leading) => [Math.round(leading * 20) / 20, 1])) ?? MAX_LEADING) * LOOSER);
  }

  levelOf({ size, text }: PdfLine): number | undefined {
    return text.length <= MAX_HEADING ? this.#levels.get(size) : undefined;
  }

  /** Whether a line goes on with the paragraph of the one before. */
  areTogether(before: PdfLine, line: PdfLine): boolean {
    return leadingOf(before, line) <= this.#leading;
  }
}

/** In sizes of their font; infinite where they cannot belong together. */
function leadingOf(before: PdfLine, line: PdfLine): number {
  const drop = before.y - line.y;
  return before.page === line.page && before.size === line.size && drop >= 0 ? drop / line.size : Infinity;
}

/** The value of the largest weight. */
function mostly(weighted: readonly (readonly [value: number, weight: number])[]): number | undefined {
  const weights = new Map<number, number>();
  for (const [value, weight] of weighted) weights.set(value, (weights.get(value) ?? 0) + weight);
  let most: readonly [number, number] | undefined;
  for (const entry of weights) if (!most || entry[1] > most[1]) most = entry;
  return most?.[0];
}
