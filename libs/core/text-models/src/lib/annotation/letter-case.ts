/** How a word is written: 0 without cased letters, 1 lower, 2 only its first cased letter upper, 3 upper, 4 mixed. */
export type LetterCase = 0 | 1 | 2 | 3 | 4;

/** What an uncased encoder is told beside its tokens. The training's form of it is in tools/train. */
export function letterCaseOf(word: string): LetterCase {
  let uppers = 0;
  let lowers = 0;
  let startsUpper = false;
  for (const letter of word) {
    if (isUpper(letter)) {
      startsUpper ||= uppers + lowers === 0;
      uppers += 1;
    } else if (isLower(letter)) lowers += 1;
  }
  if (uppers === 0) return lowers === 0 ? 0 : 1;
  if (uppers === 1 && startsUpper) return 2;
  return lowers === 0 ? 3 : 4;
}

const A = 0x41;
const Z = 0x5a;
/** Between an ASCII letter and its other case. */
const CASE_BIT = 0x20;

function isUpper(letter: string): boolean {
  const code = letter.charCodeAt(0);
  return code < 0x80 ? code >= A && code <= Z : letter.toLowerCase() !== letter;
}

/** Of a letter that is not upper. */
function isLower(letter: string): boolean {
  const code = letter.charCodeAt(0);
  return code < 0x80 ? code >= (A | CASE_BIT) && code <= (Z | CASE_BIT) : letter.toUpperCase() !== letter;
}
