/** Of each arm's latencies, so many of the latest are kept to read a percentile from. */
const LATENCIES = 1_024;
/** Codes beyond these are counted together. */
const MOST_CODES = 20;
const OTHER_CODES = 'OTHER';

/** How one arm of a rollout did. */
export interface ArmSummary {
  readonly requests: number;
  /** By error code, at most 20 of them and `OTHER`. */
  readonly failures: Readonly<Record<string, number>>;
  /** Of the requests that were answered, milliseconds; 0 while there are none. */
  readonly meanMs: number;
  /** Of the latest 1,024. */
  readonly p95Ms: number;
}

/** How near a shadow's answers were to those that were given. */
export interface ShadowSummary {
  readonly compared: number;
  /** Copies that were not run or failed. */
  readonly skipped: number;
  /** Cosine, 1 the same; 0 while nothing was compared. */
  readonly meanAgreement: number;
  readonly minAgreement: number;
  /** Answers that were further apart than the tolerance. */
  readonly disagreements: number;
}

/** What a rollout showed since it began, in this process. */
export interface RolloutSummary {
  readonly stable: ArmSummary;
  readonly canary: ArmSummary;
  readonly shadow: ShadowSummary;
}

/** One answered or failed request. */
export interface Outcome {
  readonly arm: 'stable' | 'canary';
  readonly ms: number;
  /** Of the failure, where there was one. */
  readonly code?: string;
}

/** Adds up the outcomes of a rollout in constant space and, until it is read, time. */
export class RolloutReport {
  readonly #arms = { stable: new Arm(), canary: new Arm() };
  #compared = 0;
  #skipped = 0;
  #agreement = 0;
  #minAgreement = Infinity;
  #disagreements = 0;

  /** @param tolerance how far below 1 the agreement of two answers may be */
  constructor(private readonly tolerance = 0.01) {}

  record({ arm, ms, code }: Outcome): void {
    this.#arms[arm].record(ms, code);
  }

  /** A shadow's answer beside the one that was given; without an agreement the copy was skipped. */
  compare(agreement: number | undefined): void {
    if (agreement === undefined || Number.isNaN(agreement)) {
      this.#skipped += 1;
      return;
    }
    this.#compared += 1;
    this.#agreement += agreement;
    this.#minAgreement = Math.min(this.#minAgreement, agreement);
    if (agreement < 1 - this.tolerance) this.#disagreements += 1;
  }

  read(): RolloutSummary {
    const compared = this.#compared;
    return {
      stable: this.#arms.stable.read(),
      canary: this.#arms.canary.read(),
      shadow: {
        compared,
        skipped: this.#skipped,
        meanAgreement: compared === 0 ? 0 : this.#agreement / compared,
        minAgreement: compared === 0 ? 0 : this.#minAgreement,
        disagreements: this.#disagreements,
      },
    };
  }
}

class Arm {
  #requests = 0;
  #answered = 0;
  #totalMs = 0;
  readonly #failures = new Map<string, number>();
  /** A ring: the oldest is written over. */
  readonly #latencies = new Float64Array(LATENCIES);

  record(ms: number, code: string | undefined): void {
    this.#requests += 1;
    if (code !== undefined) return this.#fail(code);
    this.#latencies[this.#answered % LATENCIES] = ms;
    this.#answered += 1;
    this.#totalMs += ms;
  }

  read(): ArmSummary {
    const latest = this.#latencies.slice(0, Math.min(this.#answered, LATENCIES)).sort();
    return {
      requests: this.#requests,
      failures: Object.fromEntries(this.#failures),
      meanMs: this.#answered === 0 ? 0 : this.#totalMs / this.#answered,
      p95Ms: latest[Math.ceil(latest.length * 0.95) - 1] ?? 0,
    };
  }

  #fail(code: string): void {
    const counted = this.#failures.has(code) || this.#failures.size < MOST_CODES ? code : OTHER_CODES;
    this.#failures.set(counted, (this.#failures.get(counted) ?? 0) + 1);
  }
}
