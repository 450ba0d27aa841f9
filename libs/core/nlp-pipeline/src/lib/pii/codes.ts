/** How far a code is read to each side of a word in it. */
const REACH = 40;
/** `3M` and `U2` are names; with more digits it is a code. */
const MIN_DIGITS = 3;
/** Small letters, or capitals alone: as codes are written, and most names are not. */
const WRITTEN = /^(?:[a-z\d]+|[A-Z\d]+)$/;
const RUN_BEFORE = /[\p{L}\p{N}_:#/.-]+$/u;
const RUN_AFTER = /^[\p{L}\p{N}_:#/.-]+/u;

/** Whether a word is a piece of a code, a number or a machine's address: both of `QZ-130461`, the `ee` of `0a:ee:96:12:00:4f`. */
export function isOfCode(text: string, { start, end }: { readonly start: number; readonly end: number }): boolean {
  const word = text.slice(start, end);
  if (!WRITTEN.test(word)) return false;
  const [before] = RUN_BEFORE.exec(text.slice(Math.max(0, start - REACH), start)) ?? [''];
  const [after] = RUN_AFTER.exec(text.slice(end, end + REACH)) ?? [''];
  return `${before}${word}${after}`.replace(/\D+/g, '').length >= MIN_DIGITS;
}
