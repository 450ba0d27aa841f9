import type { PullProgress } from '@cortex/model-registry';
import type { StreamEvent } from '../event-stream';

const OVER: readonly PullProgress['state'][] = ['installed', 'failed', 'cancelled'];

/** Each change, and how it ended. A stream without an end was closed by a server that stops: the pull goes on after that. */
export async function* progressEvents(pull: AsyncIterable<PullProgress>): AsyncGenerator<StreamEvent> {
  for await (const progress of pull) yield { event: OVER.includes(progress.state) ? 'end' : 'progress', data: progress };
}
