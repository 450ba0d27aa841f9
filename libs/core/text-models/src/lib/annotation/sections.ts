/** UTF-16 units that are tokenized at once: about a millisecond, whatever they are. */
const LONGEST = 1_024;

export interface Section {
  readonly start: number;
  readonly stop: number;
}

/**
 * Parts of a text that a BERT tokenizer reads alone as it does in the text, so that a long one is read piece by piece. Only a run
 * of more than 1,024 units without white space or punctuation is cut where it is, for a word of more than 100 is unknown anyway.
 */
export function* sectionsOf(text: string): Iterable<Section> {
  for (let start = 0; start < text.length; ) {
    const stop = text.length - start <= LONGEST ? text.length : cutBefore(text, start + LONGEST, start);
    yield { start, stop };
    start = stop;
  }
}

function cutBefore(text: string, furthest: number, start: number): number {
  for (let at = furthest; at > start; at -= 1) {
    if (endsSection(text.charCodeAt(at - 1))) return at;
  }
  const code = text.charCodeAt(furthest);
  return code >= 0xdc00 && code <= 0xdfff ? furthest - 1 : furthest;
}

/** White space that no normalizer drops, and punctuation that is a token by itself, in no special token, and no part of a letter's surroundings (which the lower case of a final sigma depends on). */
const ENDS = new Set(Array.from(' \t\n\r,;!?()"/&=|', (mark) => mark.charCodeAt(0)));

function endsSection(code: number): boolean {
  return ENDS.has(code);
}
