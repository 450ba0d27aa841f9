import { setTimeout as sleep } from 'node:timers/promises';
import { JobStoreUnavailableError, type JobProgress, type JobRun } from '@cortex/jobs';

const INTERVAL_MS = 500;

/** Does the work, and stores meanwhile how far it is, twice a second where that changed. */
export async function whileTelling<T>(run: JobRun, seen: { readonly progress: JobProgress }, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const telling = tell(run, seen, over.signal);
  try {
    return await work();
  } finally {
    over.abort();
    await telling;
  }
}

async function tell(run: JobRun, seen: { readonly progress: JobProgress }, over: AbortSignal): Promise<void> {
  for (let told = ''; !over.aborted; ) {
    const { progress } = seen;
    const text = JSON.stringify(progress);
    if (text !== told) await trySave(run, progress);
    told = text;
    await sleep(INTERVAL_MS, undefined, { signal: over }).catch(() => undefined); // it ends the loop
  }
}

/** The records may be away for a while; where the job was lost or cancelled the run's signal says so. */
async function trySave(run: JobRun, progress: JobProgress): Promise<void> {
  try {
    await run.save(progress);
  } catch (error) {
    if (!run.signal.aborted && !(error instanceof JobStoreUnavailableError)) throw error;
  }
}
