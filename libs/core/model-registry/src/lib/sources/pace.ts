import type { TransferLimits } from './transfers.options';

export interface Pace {
  readonly limits: Pick<TransferLimits, 'progressMs' | 'minProgressBytes'>;
  /** Of the file; Infinity where nobody knows. */
  readonly leftBytes: number;
  /** Made of how slow it was: `sent 7 bytes in …`. */
  readonly tooSlow: (how: string) => Error;
}

/** Passes chunks on, and gives up a sender of too little in a span of time. @throws what `tooSlow` makes, or the signal's reason */
export async function* paced(chunks: AsyncIterable<Uint8Array>, pace: Pace, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const watch = new PaceWatch(pace, signal);
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

  constructor({ limits: { progressMs, minProgressBytes }, leftBytes, tooSlow }: Pace, signal: AbortSignal) {
    const { promise, reject } = withRejection();
    const onAbort = () => reject(signal.reason);
    let left = leftBytes;
    const timer = setInterval(() => {
      const expected = Math.max(1, Math.min(minProgressBytes, left)); // who has sent everything has a span to end
      if (this.#received < expected) reject(tooSlow(`sent ${this.#received} bytes in ${progressMs} ms, expected at least ${expected}`));
      left -= this.#received;
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
