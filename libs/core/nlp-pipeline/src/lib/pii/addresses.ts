import { isNameType } from './name-types';
import type { PiiFinding } from './pii-finding';
import { streetAddress } from './recognizers/street-address';

/** Between a street and its town, and between a town and its country. */
const BETWEEN = /^,?(?: |\r?\n){1,2}$/;
const NAME = String.raw`\p{Lu}[\p{L}\p{M}.'’-]{1,24}`;
/** A state with its number, or a British code. */
const CODE = String.raw`(?:[A-Z]{2},? \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})`;
const TOWN_AND_CODE = new RegExp(String.raw`^,?(?: |\r?\n){1,2}(?:${NAME}(?: ${NAME}){0,2},? )?${CODE}(?![\p{L}\p{N}])`, 'u');
/** How far a town and its code may reach. */
const LOOK = 120;

/** A street with its town and code as one place, instead of what others took of it. In linear time after sorting. */
export function withWholeAddresses(text: string, findings: readonly PiiFinding[]): readonly PiiFinding[] {
  const streets = inOrder(findings.filter(({ recognizer }) => recognizer === streetAddress.name));
  if (streets.length === 0) return findings;
  const names = inOrder(findings.filter(({ type, recognizer }) => isNameType(type) && recognizer !== streetAddress.name));
  const parts = new Set<PiiFinding>(streets);
  const addresses = streets.map((street) => {
    let end = withCode(text, street.end);
    for (let at = firstFrom(names, street.start); at < names.length; at += 1) {
      const name = names[at]!;
      const goesOn = name.type === 'LOCATION' && name.start >= end && BETWEEN.test(text.slice(end, name.start));
      if (name.start >= end && !goesOn) break;
      parts.add(name);
      if (goesOn || name.type === 'LOCATION') end = withCode(text, Math.max(end, name.end));
    }
    return { ...street, end };
  });
  return [...findings.filter((finding) => !parts.has(finding)), ...addresses];
}

function withCode(text: string, end: number): number {
  return end + (TOWN_AND_CODE.exec(text.slice(end, end + LOOK))?.[0].length ?? 0);
}

function inOrder(findings: readonly PiiFinding[]): readonly PiiFinding[] {
  return [...findings].sort((one, other) => one.start - other.start);
}

/** The index of the first that starts there or behind. */
function firstFrom(findings: readonly PiiFinding[], start: number): number {
  let [low, high] = [0, findings.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (findings[middle]!.start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
