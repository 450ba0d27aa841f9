/**
 * Orders versions by number: 10 above 9, 1.10 above 1.9, 1.0 above 1.0-rc1 and any number above any word.
 * Versions that say the same number (1 and 01) are ordered as text, so that no two different ones are equal.
 */
export function compareVersions(a: string, b: string): number {
  const left = partsOf(a);
  const right = partsOf(b);
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const order = comparePart(left[i], right[i]);
    if (order !== 0) return order;
  }
  return compare(a, b);
}

type Part = bigint | string | undefined;

/** `v1.10-rc2` is 1, 10, rc, 2. */
function partsOf(version: string): readonly Part[] {
  const parts = version.replace(/^v(?=\d)/i, '').match(/\d+|[A-Za-z]+/g) ?? [];
  return parts.map((part) => (/^\d/.test(part) ? BigInt(part) : part));
}

function comparePart(a: Part, b: Part): number {
  return compare(rankOf(a), rankOf(b)) || (a !== undefined && b !== undefined ? compare(a, b) : 0);
}

/** A further number makes a version higher, a further word (rc, beta) lower. */
function rankOf(part: Part): number {
  if (part === undefined) return 1;
  return typeof part === 'bigint' ? 2 : 0;
}

function compare<T extends bigint | number | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
