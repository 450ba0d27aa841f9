import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { buffersOf, type PackedResult } from './lib/graph/packed-work';
import { answer } from './lib/threads/answer';
import { SessionHost } from './lib/threads/session-host';
import type { ThreadRequest, ThreadResponse } from './lib/threads/thread-calls';

/** The entry of an inference thread: does what it is asked, one thing after another, in the order of asking. */
function serve(port: NonNullable<typeof parentPort>): void {
  const host = new SessionHost();
  let last: Promise<void> = Promise.resolve();
  port.on('message', (request: ThreadRequest) => {
    last = last.then(async () => {
      const response = await answer(request, () => (host[request.call] as (args: unknown) => Promise<unknown>).call(host, request.args));
      port.postMessage(response, movable(request, response));
      if (request.call === 'exit') port.close();
    });
  });
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
