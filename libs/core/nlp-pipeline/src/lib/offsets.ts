import { CodePoints } from './code-points';
import type { Doc, OffsetUnit, Span } from './doc';

/** The same Doc, its spans (whatever in its parts has a numeric `start` and `end`) counted in `unit`. Time grows as the text, and for each span with the logarithm of its pairs. */
export function withOffsets<D extends Doc>(doc: D, unit: OffsetUnit): D {
  if (doc.offsetUnit === unit) return doc;
  if (unit === 'utf16') throw new Error('offsets are converted at the edge, from UTF-16 only. This is a bug.');
  const points = new CodePoints(doc.text);
  const { text, engines, errors, windows, ...parts } = doc;
  const hasPairs = points.length < doc.text.length;
  const converted = hasPairs ? convert(parts, points) : parts;
  return { text, ...(converted as object), offsetUnit: unit, engines, ...(windows && { windows }), ...(errors && { errors }) } as D;
}

function convert(value: unknown, points: CodePoints): unknown {
  if (Array.isArray(value)) return value.map((item) => convert(item, points));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const converted = Object.entries(value).map(([key, inner]) => [key, convert(inner, points)]);
  const span = isSpan(value) ? { start: points.before(value.start), end: points.before(value.end) } : {};
  return { ...Object.fromEntries(converted), ...span };
}

function isSpan(value: object): value is Span {
  return 'start' in value && 'end' in value && typeof value.start === 'number' && typeof value.end === 'number';
}
