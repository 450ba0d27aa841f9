import type { PiiFinding } from './pii-finding';

/** `best`: no two findings overlap; `each-type`: no two of the same type do, as Presidio answers. */
export type Overlaps = 'best' | 'each-type';

/** Of findings that overlap, the one with the higher score stays, then the longer, then the earlier. In the order of the text. */
export function resolveOverlaps(findings: readonly PiiFinding[], overlaps: Overlaps): PiiFinding[] {
  const groups = overlaps === 'best' ? [findings] : byType(findings);
  return groups.flatMap(best).sort((one, other) => one.start - other.start || other.score - one.score || other.end - one.end);
}

function byType(findings: readonly PiiFinding[]): PiiFinding[][] {
  const groups = new Map<string, PiiFinding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.type);
    if (group) group.push(finding);
    else groups.set(finding.type, [finding]);
  }
  return [...groups.values()];
}

/** A place is taken at most once and looked at once a finding, so that the cost is the findings' length, however they overlap. */
function best(findings: readonly PiiFinding[]): PiiFinding[] {
  const taken = new Uint8Array(findings.reduce((end, finding) => Math.max(end, finding.end), 0));
  const order = [...findings].sort((one, other) => other.score - one.score || lengthOf(other) - lengthOf(one) || one.start - other.start);
  return order.filter(({ start, end }) => {
    if (taken.subarray(start, end).includes(1)) return false;
    taken.fill(1, start, end);
    return true;
  });
}

function lengthOf({ start, end }: PiiFinding): number {
  return end - start;
}
