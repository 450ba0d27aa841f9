import { SourceTooSlowError } from './transfer.errors';

export interface PaceLimits {
  readonly progressMs: number;
  readonly minProgressBytes: number;
}

/** Passes chunks on, and gives up a source that sends too little in a span of time. @throws SourceTooSlowError, or the signal's reason */
export async function* paced(chunks: AsyncIterable<Uint8Array>, limits: PaceLimits, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const watch = new PaceWatch(limits, signal);
  let isDone = false;
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), watch.broken]);
      if (next.done) {
        isDone = true;
        return;
      }
      watch.note(next.value.length);
      yield next.value;
    }
  } finally {
    watch.stop();
    // Not waited for: a source that hangs would hang its reader too.
    if (!isDone) iterator.return?.()?.catch(() => undefined);
  }
}

class PaceWatch {
  /** Never resolves; rejects when it is time to give up. */
  readonly broken: Promise<never>;
  readonly stop: () => void;
  #received = 0;

  constructor({ progressMs, minProgressBytes }: PaceLimits, signal: AbortSignal) {
    const { promise, reject } = withRejection();
    const onAbort = () => reject(signal.reason);
    const timer = setInterval(() => {
      if (this.#received < minProgressBytes) reject(new SourceTooSlowError(`the source sent ${this.#received} bytes in ${progressMs} ms, expected at least ${minProgressBytes}`));
      this.#received = 0;
    }, progressMs);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    this.broken = promise;
    this.stop = () => {
      clearInterval(timer);
      signal.removeEventListener('abort', onAbort);
    };
  }

  note(bytes: number): void {
    this.#received += bytes;
  }
}

function withRejection(): { readonly promise: Promise<never>; readonly reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<never>((_resolve, give) => (reject = give));
  promise.catch(() => undefined); // whoever races against it hears of it
  return { promise, reject };
}
