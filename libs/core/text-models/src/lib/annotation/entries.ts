/** UTF-16 units of the longest line that is taken for one of a form, a list or a table: prose is wrapped later. */
const LONGEST_ENTRY = 48;
const CUT = /[\n\t]/g;

/** Tells of places in a text, asked about in ascending order, whether an entry ended since the place before: a cell, an empty line, or a line too short to be wrapped prose. */
export function entryEnds(text: string): (place: number) => boolean {
  const ends = endsOf(text);
  let next = ends.next();
  return (place) => {
    const hasEnded = !next.done && next.value <= place;
    while (!next.done && next.value <= place) next = ends.next();
    return hasEnded;
  };
}

function* endsOf(text: string): Generator<number> {
  let line = 0;
  for (const { 0: mark, index } of text.matchAll(CUT)) {
    if (mark === '\t' || index - line <= LONGEST_ENTRY) yield index + 1;
    if (mark === '\n') line = index + 1;
  }
}
