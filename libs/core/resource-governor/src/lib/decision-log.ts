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

/** A decision with its time in milliseconds since 1970 and how often it was taken in a row. */
export interface NotedDecision extends Decision {
  readonly at: number;
  readonly count: number;
}

const CAPACITY = 256;

/** The latest decisions. The same one again (figures aside) counts up, so that a flood of refusals does not wash out the rest. */
export class DecisionLog {
  readonly #decisions: NotedDecision[] = [];

  constructor(private readonly wallNow: () => number) {}

  note(decision: Decision): void {
    const last = this.#decisions.at(-1);
    const again = last !== undefined && isSame(last, decision);
    if (again) this.#decisions.pop();
    else if (this.#decisions.length === CAPACITY) this.#decisions.shift();
    this.#decisions.push({ ...decision, at: this.wallNow(), count: again ? last.count + 1 : 1 });
  }

  /** The latest first. */
  latest(): readonly NotedDecision[] {
    return this.#decisions.toReversed();
  }
}

function isSame(one: Decision, other: Decision): boolean {
  return one.kind === other.kind && one.reason === other.reason && one.tenant === other.tenant && one.priority === other.priority && one.subject === other.subject && one.beneficiary === other.beneficiary;
}
