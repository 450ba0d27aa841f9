const REPLACEMENT = '\ufffd';

/** Without NUL and lone surrogates, which databases and encoders refuse. */
export function cleaned(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, REPLACEMENT);
}

/** So far before the wanted place a word may begin. */
const REACH = 4_096;

/** At or before `wanted`, which is above 1: after white space where it is near, never inside a surrogate pair. */
export function placeToCut(text: string, wanted: number): number {
  for (let place = wanted; place > Math.max(0, wanted - REACH); place--) {
    if (/\s/.test(text[place - 1]!)) return place;
  }
  return /[\ud800-\udbff]/.test(text[wanted - 1]!) ? wanted - 1 : wanted;
}
