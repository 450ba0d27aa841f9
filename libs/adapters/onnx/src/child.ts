import { SystemClock } from '@cortex/kernel';
import { setPriority } from 'node:os';
import { ProcessHost, type ProcessHostOptions } from './lib/process/process-host';
import { answer } from './lib/threads/answer';
import type { ThreadRequest } from './lib/threads/thread-calls';

/** The server decides when its processes end, also where a terminal or an init system signals all of them. */
const IGNORED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The entry of a model's process: answers until it is asked to end, or until nobody is left to ask. */
function serve(options: ProcessHostOptions): void {
  const host = new ProcessHost(options, new SystemClock());
  const onOrphaned = () => process.kill(process.pid, 'SIGKILL'); // a graph that runs cannot be stopped otherwise
  process.once('disconnect', onOrphaned);
  process.on('message', async (request: ThreadRequest) => {
    const response = await answer(request, () => host.handle(request));
    process.send?.(response, undefined, undefined, () => {
      if (request.call !== 'exit') return;
      process.off('disconnect', onOrphaned);
      process.disconnect();
    });
  });
}

for (const signal of IGNORED_SIGNALS) process.on(signal, () => undefined);
const options = JSON.parse(process.argv[2]!) as ProcessHostOptions;
setPriority(options.nice);
serve(options);
