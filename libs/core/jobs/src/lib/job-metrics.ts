import type { Metric, Telemetry } from '@cortex/kernel';
import { hasEnded, type JobRecord, type JobState } from './job-record';

const SECONDS = [0.01, 0.1, 1, 10, 60, 300, 1_800, 7_200, 43_200];
const JOBS: Metric<'kind' | 'state'> = { name: 'cortex_jobs_total', help: 'How often jobs came into a state', labels: ['kind', 'state'] };
const WAITING: Metric<'kind'> = { name: 'cortex_jobs_waiting', help: 'Jobs in the queue, of all replicas that share it', labels: ['kind'] };
const DURATION: Metric<'kind' | 'state'> = { name: 'cortex_job_duration_seconds', help: 'From the first start of a job to its end', labels: ['kind', 'state'], buckets: SECONDS };

/** The figures of jobs. Kinds are few, and named by whoever registers them. */
export class JobMetrics {
  /** As last seen, by kind. */
  readonly #waiting = new Map<string, number>();

  constructor(private readonly telemetry: Telemetry) {}

  /** Shows the kind's depth from here on. */
  show(kind: string): void {
    this.telemetry.gauge(WAITING, { kind }, () => this.#waiting.get(kind) ?? 0);
  }

  waits(kind: string, waiting: number): void {
    this.#waiting.set(kind, waiting);
  }

  became(job: JobRecord): void {
    const { kind, state, startedAt, finishedAt } = job;
    this.telemetry.counter<'kind' | 'state'>(JOBS, { kind, state: state satisfies JobState })();
    if (hasEnded(job) && startedAt !== undefined && finishedAt !== undefined) this.telemetry.histogram(DURATION, { kind, state })((finishedAt - startedAt) / 1_000);
  }
}
