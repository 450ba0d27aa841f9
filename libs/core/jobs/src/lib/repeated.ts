import { setTimeout as sleep } from 'node:timers/promises';

/** Does a task at once and again after each pause (give or take a quarter, so that replicas do not do it together) until it is disposed of, which waits for the last time. */
export function repeated(task: () => Promise<void>, pauseMs: number): AsyncDisposable {
  const stop = new AbortController();
  const loop = async () => {
    while (!stop.signal.aborted) {
      await task();
      const pause = pauseMs * (0.75 + Math.random() / 2);
      await sleep(pause, undefined, { signal: stop.signal, ref: false }).catch(() => undefined); // it ends the loop
    }
  };
  const end = loop();
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await end;
    },
  };
}
