import type { KnownDocument, KnownPii } from './documents';

/** What was found beside what is there; only the very same place counts. */
export class Tally {
  right = 0;
  found = 0;
  known = 0;

  /** Found among what is there. */
  get recall(): number {
    return this.known === 0 ? 1 : this.right / this.known;
  }

  /** There among what was found. */
  get precision(): number {
    return this.found === 0 ? 1 : this.right / this.found;
  }

  /** Recall counts four times as much as precision: a leak is worse than a blank. */
  get f2(): number {
    const { recall, precision } = this;
    return recall + precision === 0 ? 0 : (5 * precision * recall) / (4 * precision + recall);
  }
}

/** By type, and `all` together. What is `unmeasured` is not looked for and counts neither way. */
export function tallies(documents: readonly KnownDocument[], find: (document: KnownDocument) => readonly KnownPii[], unmeasured: readonly string[]): ReadonlyMap<string, Tally> {
  const tallies = new Map<string, Tally>([['all', new Tally()]]);
  const count = (type: string, by: (tally: Tally) => void) => {
    if (!tallies.has(type)) tallies.set(type, new Tally());
    by(tallies.get('all')!);
    by(tallies.get(type)!);
  };
  for (const document of documents) {
    const known = document.known.filter(({ type }) => !unmeasured.includes(type));
    const places = new Set(known.map(placeOf));
    for (const { type } of known) count(type, (tally) => (tally.known += 1));
    for (const finding of find(document).filter(({ type }) => !unmeasured.includes(type))) {
      count(finding.type, (tally) => {
        tally.found += 1;
        tally.right += places.has(placeOf(finding)) ? 1 : 0;
      });
    }
  }
  return tallies;
}

function placeOf({ type, start, end }: KnownPii): string {
  return `${type} ${start} ${end}`;
}
