import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { BarePlan, BareReport } from './bare-encoder';
import { answerOf } from './load';

/** Runs the bare reference in a process of its own. */
export async function bare(plan: BarePlan): Promise<BareReport> {
  const child = fork(join(__dirname, 'bare-encoder.js'));
  child.send(plan);
  return answerOf<BareReport>(child);
}
