import type { Metric, Telemetry } from '@cortex/kernel';

const ADMISSIONS: Metric<'outcome' | 'reason'> = {
  name: 'cortex_admission_total',
  help: 'Requests at the door of the resource governor',
  labels: ['outcome', 'reason'],
};

/** By the error's code; whatever else fails is the ledger's doing. */
const REASONS: Readonly<Record<string, string>> = {
  'GOVERNOR.OVERLOADED': 'overloaded',
  'GOVERNOR.DEADLINE_UNREACHABLE': 'deadline',
  'GOVERNOR.BUDGET_EXHAUSTED': 'budget',
  'GOVERNOR.LOAD_SHED': 'shed',
  'GOVERNOR.OUT_OF_MEMORY': 'memory',
  left: 'left',
};
const OTHER = 'ledger';

/** How many were let in, and how many were not, by reason. */
export class AdmissionCounts {
  readonly admitted: () => void;
  readonly #refused: Readonly<Record<string, () => void>>;

  constructor(telemetry: Telemetry) {
    this.admitted = telemetry.counter(ADMISSIONS, { outcome: 'admitted', reason: 'none' });
    const counters = [...Object.values(REASONS), OTHER].map((reason) => [reason, telemetry.counter(ADMISSIONS, { outcome: 'refused', reason })] as const);
    this.#refused = Object.fromEntries(counters);
  }

  /** `code`: of the error, or `left`. */
  refused(code: string): void {
    this.#refused[REASONS[code] ?? OTHER]!();
  }
}
