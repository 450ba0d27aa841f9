/** UTF-16 units of the longest line that is taken for one of a form, a list or a table: prose is wrapped later. */
const LONGEST_ENTRY = 48;
/** Also between cells of a row without spaces: `17,Ada Lovelace,London`. */
const CUT = /[\n\t]|(?<=\S)[,;|](?=\p{L})/gu;
/** What a line begins with that is not the rest of the one before: "Phone: …", "Ada Lovelace: …". */
const LABEL = /[\p{Lu}\p{N}][^\n:.,;]{0,31}:\s/uy;

/** Tells of places in a text, asked about in ascending order, whether an entry ended since the place before: a cell, an empty line, a line too short to be wrapped prose, or one before a label. */
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
    if (mark !== '\n' || index - line <= LONGEST_ENTRY || isLabel(text, index + 1)) yield index + 1;
    if (mark === '\n') line = index + 1;
  }
}

function isLabel(text: string, place: number): boolean {
  LABEL.lastIndex = place;
  return LABEL.test(text);
}
