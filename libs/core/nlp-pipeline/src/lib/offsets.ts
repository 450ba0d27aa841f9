import type { Doc, Span } from './doc';

/** `utf16`: as JavaScript and Java count; `codepoint`: as Python does (a lone surrogate is one). */
export type OffsetUnit = 'utf16' | 'codepoint';

/** The same Doc, its spans (whatever in its parts has a numeric `start` and `end`) counted in `unit`. Time grows as text plus spans. */
export function withOffsets<D extends Doc>(doc: D, unit: OffsetUnit): D {
  if (doc.offsetUnit === unit) return doc;
  if (unit === 'utf16') throw new Error('offsets are converted at the edge, from UTF-16 only. This is a bug.');
  const count = codePointCounter(doc.text);
  const { text, engines, errors, windows, ...parts } = doc;
  const converted = count === undefined ? parts : convert(parts, count);
  return { text, ...(converted as object), offsetUnit: unit, engines, ...(windows && { windows }), ...(errors && { errors }) } as D;
}

/** Gives the code points before a UTF-16 offset; nothing where both counts are the same. */
function codePointCounter(text: string): ((offset: number) => number) | undefined {
  const pairs = pairsOf(text);
  if (pairs.length === 0) return undefined;
  let before = 0; // pairs that begin before the offset that was asked for last: spans come in order, so it moves a little
  return (offset) => {
    while (before < pairs.length && pairs[before]! < offset) before += 1;
    while (before > 0 && pairs[before - 1]! >= offset) before -= 1;
    return offset - before;
  };
}

/** Offsets of the second halves, ascending: an offset between the halves counts as before the pair. */
function pairsOf(text: string): readonly number[] {
  return Array.from(text.matchAll(/[\u{10000}-\u{10FFFF}]/gu), ({ index }) => index + 1);
}

function convert(value: unknown, count: (offset: number) => number): unknown {
  if (Array.isArray(value)) return value.map((item) => convert(item, count));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const converted = Object.entries(value).map(([key, inner]) => [key, convert(inner, count)]);
  const span = isSpan(value) ? { start: count(value.start), end: count(value.end) } : {};
  return { ...Object.fromEntries(converted), ...span };
}

function isSpan(value: object): value is Span {
  return 'start' in value && 'end' in value && typeof value.start === 'number' && typeof value.end === 'number';
}
