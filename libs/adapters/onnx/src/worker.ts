import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { GraphError } from './lib/graph/graph.errors';
import { buffersOf, type PackedResult } from './lib/graph/packed-work';
import { SessionHost } from './lib/threads/session-host';
import type { ThreadRequest, ThreadResponse } from './lib/threads/thread-calls';

/** The entry of an inference thread: does what it is asked, one thing after another, in the order of asking. */
function serve(port: NonNullable<typeof parentPort>): void {
  const host = new SessionHost();
  let last: Promise<void> = Promise.resolve();
  port.on('message', (request: ThreadRequest) => {
    last = last.then(async () => {
      const response = await answer(host, request);
      port.postMessage(response, movable(request, response));
      if (request.call === 'exit') port.close();
    });
  });
}

async function answer(host: SessionHost, { id, call, args }: ThreadRequest): Promise<ThreadResponse> {
  try {
    const handle = host[call].bind(host) as (given: typeof args) => Promise<never>;
    return { id, result: await handle(args) };
  } catch (error) {
    if (error instanceof GraphError) return { id, refused: error.reason };
    return { id, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function movable({ call }: ThreadRequest, response: ThreadResponse): ArrayBuffer[] {
  return call === 'run' && 'result' in response ? buffersOf(response.result as PackedResult) : [];
}

/** On Linux niceness belongs to a thread; elsewhere to the process, which must not be slowed. */
function yieldToServing(nice: number): void {
  if (process.platform === 'linux') setPriority(0, nice);
}

if (!parentPort) throw new Error('this file is the entry of an inference thread');
yieldToServing((workerData as { nice: number }).nice);
serve(parentPort);
