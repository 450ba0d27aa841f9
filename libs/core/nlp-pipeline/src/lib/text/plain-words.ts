/** Kinds of ASCII characters, by what may go on behind them. */
const [SPACE, LETTER, DIGIT, LINK, MARK, OTHER] = [0, 1, 2, 3, 4, 5];
/** May join what stands around them to a form: addresses, numbers, initials, clitics. */
const LINKS = ".%+-@#':";
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code)));

function kindOf(character: string): number {
  if (/\s/.test(character)) return SPACE;
  if (/[a-z_]/i.test(character)) return LETTER;
  if (/\d/.test(character)) return DIGIT;
  return LINKS.includes(character) ? LINK : MARK;
}

/** The end of the text is as good as a space. */
function kindAt(text: string, at: number): number {
  return at < text.length ? (KINDS[text.charCodeAt(at)] ?? OTHER) : SPACE;
}

/**
 * Where a word, number or mark ends that no longer form can begin with: ASCII, and what follows joins nothing to it. `start`
 * itself where that is not plain, and for white space. Nine in ten words of English are decided here, in a tenth of the time.
 */
export function plainEnd(text: string, start: number): number {
  const kind = kindAt(text, start);
  if (kind === LETTER) return plainWordEnd(text, start);
  if (kind === DIGIT) return plainNumberEnd(text, start);
  const next = kindAt(text, start + 1);
  const stands = kind === MARK ? next !== OTHER : kind === LINK && (next === SPACE || next === MARK);
  return stands ? start + 1 : start;
}

function plainWordEnd(text: string, start: number): number {
  let end = start + 1;
  let kind = kindAt(text, end);
  for (; kind === LETTER || kind === DIGIT; kind = kindAt(text, end)) end += 1;
  return kind === SPACE || kind === MARK || isLastDot(text, end) ? end : start;
}

function plainNumberEnd(text: string, start: number): number {
  let end = start + 1;
  let kind = kindAt(text, end);
  for (; kind === DIGIT; kind = kindAt(text, end)) end += 1;
  return kind === SPACE || (kind === MARK && text[end] !== ',') || isLastDot(text, end) ? end : start;
}

function isLastDot(text: string, at: number): boolean {
  return text[at] === '.' && kindAt(text, at + 1) === SPACE;
}
