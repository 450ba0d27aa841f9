import { setTimeout as sleep } from 'node:timers/promises';
import type { PullProgress } from '@cortex/model-registry';
import type { StreamEvent } from '../event-stream';

/** Four looks a second: nobody reads faster. */
const INTERVAL_MS = 250;
const OVER: readonly PullProgress['state'][] = ['installed', 'failed', 'cancelled'];

/** What changed, at most every 250 ms, and how it ended. Stops when the signal aborts. */
export async function* progressEvents(look: () => PullProgress, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  for (let seen = ''; ; ) {
    const progress = look();
    if (OVER.includes(progress.state)) return yield { event: 'end', data: progress };
    const text = JSON.stringify(progress);
    if (text !== seen) yield { event: 'progress', data: progress };
    seen = text;
    await sleep(INTERVAL_MS, undefined, { signal });
  }
}
