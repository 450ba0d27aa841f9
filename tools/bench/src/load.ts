import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface LoadRequest {
  readonly path: string;
  /** JSON text; a GET without one. */
  readonly body?: string;
}

export interface LoadPlan {
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent in turn, again from the first after the last. */
  readonly requests: readonly LoadRequest[];
  /** Connections. */
  readonly inFlight: number;
  /** An open loop: requests are due at this rate, for `durationMs`, whatever the answers do. Absent: each connection sends its next request after the answer. */
  readonly ratePerSecond?: number;
  /** Statuses that are counted beside 200 and fail nothing. */
  readonly refusals?: readonly number[];
  /** One of the two ends it. */
  readonly durationMs?: number;
  readonly count?: number;
  /** Whether to send back every answer's time. */
  readonly latencies?: boolean;
}

export interface LoadReport {
  readonly completed: number;
  /** By status, of those that the plan allows. */
  readonly refused: Readonly<Record<number, number>>;
  readonly failed: number;
  /** Due while no connection was free. */
  readonly unsent: number;
  /** From the first request sent to the last answer received. */
  readonly ms: number;
  readonly latencies: readonly number[];
}

/** Sends a bounded load from a process of its own. Any answer but 200, and what the plan allows beside it, fails the benchmark. */
export async function load(plan: LoadPlan): Promise<LoadReport> {
  const child = fork(join(__dirname, 'load-generator.js'));
  child.send(plan);
  const report = await answerOf<LoadReport>(child);
  if (report.failed > 0) throw new Error(`${report.failed} of ${report.completed + report.failed} requests failed`);
  return report;
}

/** The one message a child sends; it is asked to go then. */
export async function answerOf<T>(child: ChildProcess): Promise<T> {
  const early = once(child, 'exit').then(([code]) => Promise.reject(new Error(`a child process ended with ${code} before it answered`)));
  const [report] = (await Promise.race([once(child, 'message'), early])) as [T];
  early.catch(() => undefined);
  child.disconnect();
  return report;
}
