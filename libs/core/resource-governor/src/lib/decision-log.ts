import type { Priority } from '@cortex/kernel';

/** Something that the governor, or who acts for it, decided. Names come from bounded sets; nothing in it is a user's text. */
export interface Decision {
  readonly kind: 'refusal' | 'stage' | 'limit' | 'eviction' | 'fault';
  /** A code such as `GOVERNOR.OVERLOADED` or `idle`. */
  readonly reason: string;
  readonly tenant?: string;
  readonly priority?: Priority;
  /** What it was about, e.g. a model's name and version. */
  readonly subject?: string;
  /** For whose sake. */
  readonly beneficiary?: string;
  /** Units in the names. */
  readonly figures?: Readonly<Record<string, number>>;
}

/** A decision with its time in milliseconds since 1970 and how often it was taken, few others between. */
export interface NotedDecision extends Decision {
  readonly at: number;
  readonly count: number;
}

const CAPACITY = 256;
/** One among so many latest is the same decision going on: tenants that are refused in turn. */
const RECENT = 16;

/** The latest decisions. One that was taken shortly before (figures aside) counts up, so that a flood of refusals does not wash out the rest. */
export class DecisionLog {
  readonly #decisions: NotedDecision[] = [];

  constructor(private readonly wallNow: () => number) {}

  note(decision: Decision): void {
    const count = this.#takeRecent(decision)?.count ?? 0;
    if (this.#decisions.length === CAPACITY) this.#decisions.shift();
    this.#decisions.push({ ...decision, at: this.wallNow(), count: count + 1 });
  }

  /** The latest first. */
  latest(): readonly NotedDecision[] {
    return this.#decisions.toReversed();
  }

  #takeRecent(decision: Decision): NotedDecision | undefined {
    const oldest = Math.max(0, this.#decisions.length - RECENT);
    for (let at = this.#decisions.length - 1; at >= oldest; at -= 1) {
      if (isSame(this.#decisions[at]!, decision)) return this.#decisions.splice(at, 1)[0];
    }
    return undefined;
  }
}

function isSame(one: Decision, other: Decision): boolean {
  return one.kind === other.kind && one.reason === other.reason && one.tenant === other.tenant && one.priority === other.priority && one.subject === other.subject && one.beneficiary === other.beneficiary;
}
