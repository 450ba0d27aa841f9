import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { CallerGoneError } from '@cortex/kernel';

export const EVENT_STREAM_TYPE = 'text/event-stream';
/** Proxies close connections that are silent for a minute. */
const HEARTBEAT_MS = 15_000;
const HEARTBEAT = ': still here\n\n';
const BEAT = Symbol('heartbeat');

/** One event; `data` is written as JSON. */
export interface StreamEvent {
  readonly event: string;
  readonly data: object;
}

/** An answer that comes event by event (Server-Sent Events). `open` is called once; its signal aborts when the caller leaves. */
export class EventStream {
  constructor(
    readonly open: (signal: AbortSignal) => AsyncIterable<StreamEvent>,
    readonly heartbeatMs = HEARTBEAT_MS,
  ) {}
}

/** The text of the events, as fast as the caller takes them. */
export function textOf({ open, heartbeatMs }: EventStream): Readable {
  const gone = new AbortController();
  const text = Readable.from(written(open(gone.signal), heartbeatMs), { highWaterMark: 1 });
  const end = text._destroy.bind(text);
  // Before the stream waits for its source, which may be waiting itself.
  text._destroy = (error, done) => {
    gone.abort(new CallerGoneError());
    end(error, done);
  };
  return text;
}

async function* written(events: AsyncIterable<StreamEvent>, heartbeatMs: number): AsyncGenerator<string> {
  const iterator = events[Symbol.asyncIterator]();
  for (let next = iterator.next(); ; ) {
    const result = await orHeartbeat(next, heartbeatMs);
    if (result === BEAT) yield HEARTBEAT;
    else if (result.done) return;
    else {
      yield `event: ${result.value.event}\ndata: ${JSON.stringify(result.value.data)}\n\n`;
      next = iterator.next();
    }
  }
}

async function orHeartbeat(next: Promise<IteratorResult<StreamEvent>>, heartbeatMs: number): Promise<IteratorResult<StreamEvent> | typeof BEAT> {
  const came = new AbortController();
  const beat = sleep<typeof BEAT>(heartbeatMs, BEAT, { signal: came.signal });
  beat.catch(() => undefined); // it is aborted whenever an event comes first
  try {
    return await Promise.race([next, beat]);
  } finally {
    came.abort();
  }
}
