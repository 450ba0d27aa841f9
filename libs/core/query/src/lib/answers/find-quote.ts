import type { Span } from '@cortex/nlp-pipeline';

const MIN_QUOTE = 3;
/** What writers and models exchange freely, by what it counts as. */
const ALIKE: Readonly<Record<string, string>> = { '‘': "'", '’': "'", '‚': "'", '“': '"', '”': '"', '„': '"', '«': '"', '»': '"', '‐': '-', '‑': '-', '–': '-', '—': '-', '−': '-' };

/**
 * Where a quote stands in a text: to the letter, or with other white space, letter case, quotation marks or dashes.
 * Undefined where it does not stand, and for quotes of fewer than three letters or digits. Linear in both.
 */
export function findQuote(text: string, quote: string): Span | undefined {
  const sought = quote.trim();
  if ((sought.match(/[\p{L}\p{N}]/gu) ?? []).length < MIN_QUOTE) return undefined;
  const exact = text.indexOf(sought);
  if (exact >= 0) return { start: exact, end: exact + sought.length };

  const [folded, goal] = [fold(text), fold(sought)];
  const place = folded.text.indexOf(goal.text);
  return place < 0 ? undefined : { start: folded.starts[place]!, end: folded.ends[place + goal.text.length - 1]! };
}

interface Folded {
  readonly text: string;
  /** For each unit of the folded text where its original begins and ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

function fold(text: string): Folded {
  const [parts, starts, ends]: [string[], number[], number[]] = [[], [], []];
  let place = 0;
  for (const letter of text) {
    const end = place + letter.length;
    const plain = /\s/.test(letter) ? ' ' : (ALIKE[letter] ?? letter.toLowerCase());
    if (plain === ' ' && parts.at(-1) === ' ') {
      ends[ends.length - 1] = end;
    } else {
      parts.push(plain);
      for (let unit = 0; unit < plain.length; unit++) {
        starts.push(place);
        ends.push(end);
      }
    }
    place = end;
  }
  return { text: parts.join(''), starts, ends };
}
