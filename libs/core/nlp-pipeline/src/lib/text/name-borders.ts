import type { Span } from '../doc';

const NEVER_FIRST = new Set(' \t\r\n,;:)]}>|/=');
const NEVER_LAST = new Set(' \t\r\n,;:([{<|/=');
/** Words within names, but not at their ends. */
const NO_LAST_WORDS = new Set('of and in at on from for to the by with or'.split(' '));
const LAST_WORD = /(?<=\s)\p{Ll}{1,4}$/u;
/** How far the end of a hyphenated word is looked for. */
const LOOK = 64;
const REST_OF_WORD = /^[\p{L}\p{M}\p{N}'’-]*[\p{L}\p{M}\p{N}]/u;

/** A name as it stands in its text, though a model took a mark or a preposition too much, or stopped at a hyphen; undefined where nothing is left. */
export function withinBorders(text: string, { start, end }: Span): Span | undefined {
  let [from, to] = [start, wordEnd(text, end)];
  while (from < to && NEVER_FIRST.has(text[from]!)) from += 1;
  for (let last: string | undefined; from < to; to -= last!.length) {
    last = NEVER_LAST.has(text[to - 1]!) ? text[to - 1] : prepositionIn(text.slice(Math.max(from, to - LOOK), to));
    if (last === undefined) return { start: from, end: to };
  }
  return undefined;
}

/** Behind the whole of a word that was left at a hyphen. */
function wordEnd(text: string, end: number): number {
  return /[-'’]/.test(text[end - 1]!) ? end + (REST_OF_WORD.exec(text.slice(end, end + LOOK))?.[0].length ?? 0) : end;
}

function prepositionIn(name: string): string | undefined {
  const last = LAST_WORD.exec(name)?.[0];
  return last !== undefined && NO_LAST_WORDS.has(last) ? last : undefined;
}
