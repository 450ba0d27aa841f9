/** A part of a text and what it is. */
export interface TypedSpan {
  readonly type: string;
  /** UTF-16 units, `end` exclusive. */
  readonly start: number;
  readonly end: number;
}

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

  get f1(): number {
    return this.f(1);
  }

  /** Recall counts four times as much as precision: a leak is worse than a blank. */
  get f2(): number {
    return this.f(2);
  }

  /** Van Rijsbergen's F: recall counts `beta` squared times as much as precision. */
  private f(beta: number): number {
    const missed = this.known - this.right;
    const wrong = this.found - this.right;
    const weighted = (1 + beta ** 2) * this.right;
    return weighted === 0 ? 0 : weighted / (weighted + beta ** 2 * missed + wrong);
  }
}

/** Strict tallies by type, and `all` together: the texts' spans as they are, and as they were found, in the same order. */
export function tallies(known: readonly (readonly TypedSpan[])[], found: readonly (readonly TypedSpan[])[]): ReadonlyMap<string, Tally> {
  const all = new Tally();
  const byType = new Map<string, Tally>([['all', all]]);
  const of = (type: string) => byType.get(type) ?? byType.set(type, new Tally()).get(type)!;
  for (const [index, spans] of known.entries()) {
    const places = new Set(spans.map(placeOf));
    for (const { type } of spans) for (const tally of [all, of(type)]) tally.known += 1;
    for (const finding of found[index]!) {
      for (const tally of [all, of(finding.type)]) {
        tally.found += 1;
        tally.right += places.has(placeOf(finding)) ? 1 : 0;
      }
    }
  }
  return byType;
}

function placeOf({ type, start, end }: TypedSpan): string {
  return `${type} ${start} ${end}`;
}
