/** A place where folding changed the length; `folded` grows strictly. */
interface Seam {
  readonly folded: number;
  /** Where a piece that ends here ended in the original. */
  readonly end: number;
  /** Where a piece that starts here started in the original. */
  start: number;
}

const NO_WIDTH = String.raw`\p{Default_Ignorable_Code_Point}+`;
const FOLDABLE = new RegExp(String.raw`${NO_WIDTH}|[\uff01-\uff5e\u2010-\u2013\u2212\ufe58\ufe63]|(?! )\p{Zs}|(?!\d)\p{Nd}`, 'gu');
const NOT_ASCII = /[^\0-\x7f]/;
const WIDTH = new RegExp(`^${NO_WIDTH}$`, 'u');
const FULL_WIDTH_OFFSET = 0xfee0;

/**
 * A text as the recognizers read it: the digits of all scripts, full-width forms, spaces and hyphens as their ASCII twins,
 * and without characters of no width, so that `4111<ZWSP>1111…` hides nothing. It knows where each unit stood.
 */
export class FoldedText {
  readonly text: string;
  readonly #seams: Seam[] = [];

  constructor(original: string) {
    this.text = NOT_ASCII.test(original) ? this.#fold(original) : original;
  }

  /** Where the folded unit at `index` begins in the original. */
  startOf(index: number): number {
    const seam = this.#seamAt(index);
    return seam === undefined ? index : seam.start + index - seam.folded;
  }

  /** Where a piece that ends before the folded unit `index` ends in the original. */
  endOf(index: number): number {
    const seam = this.#seamAt(index);
    if (seam === undefined) return index;
    return seam.folded === index ? seam.end : seam.start + index - seam.folded;
  }

  #fold(original: string): string {
    let shift = 0;
    return original.replace(FOLDABLE, (found: string, at: number) => {
      const twin = twinOf(found);
      shift += found.length - twin.length;
      if (found.length !== twin.length) this.#seam(at + found.length, shift, twin === '' ? at : at + found.length);
      return twin;
    });
  }

  #seam(start: number, shift: number, end: number): void {
    const folded = start - shift;
    const last = this.#seams.at(-1);
    if (last?.folded === folded) last.start = start;
    else this.#seams.push({ folded, start, end });
  }

  /** The last seam at or before `index`. */
  #seamAt(index: number): Seam | undefined {
    let low = 0;
    for (let high = this.#seams.length; low < high;) {
      const middle = (low + high) >>> 1;
      if (this.#seams[middle]!.folded <= index) low = middle + 1;
      else high = middle;
    }
    return this.#seams[low - 1];
  }
}

/** By what was found; there are some 800 of them, and the runs of no width, which are not remembered. */
const TWINS = new Map<string, string>();

function twinOf(found: string): string {
  if (WIDTH.test(found)) return '';
  const known = TWINS.get(found) ?? visibleTwinOf(found);
  TWINS.set(found, known);
  return known;
}

function visibleTwinOf(found: string): string {
  const code = found.codePointAt(0)!;
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - FULL_WIDTH_OFFSET);
  if (/^\p{Zs}/u.test(found)) return ' ';
  return /^\p{Nd}/u.test(found) ? digitOf(code) : '-';
}

/** Unicode gives the decimal digits of every script ten places in a row; the runs of some scripts follow each other directly. */
function digitOf(code: number): string {
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}
