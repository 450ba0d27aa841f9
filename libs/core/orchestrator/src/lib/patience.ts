import { throwIfLeft, type RequestContext } from '@cortex/kernel';

/** Requests that may wait for one model to be measured, and as many for one to be loaded. */
export const MOST_WAITING = 1_000;

/** What the promise gives, unless the caller leaves before: then the signal's reason. The promise goes on for others. */
export async function whileCallerWaits<T>(promise: Promise<T>, context: RequestContext): Promise<T> {
  throwIfLeft(context);
  const { signal } = context;
  let leave: () => void = () => undefined;
  const gone = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([promise, gone]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
