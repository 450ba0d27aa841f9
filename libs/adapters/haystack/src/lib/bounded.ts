import { HaystackResponseTooLargeError, HaystackUnavailableError } from './haystack.errors';

export interface Bounds {
  readonly silenceMs: number;
  readonly maxResponseBytes: number;
  readonly signal: AbortSignal;
}

/** A body that is neither silent nor longer than its bounds; whoever stops reading closes it. @throws HaystackUnavailableError, HaystackResponseTooLargeError, the signal's reason */
export async function* bounded(body: ReadableStream<Uint8Array>, bounds: Bounds): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let read = 0;
  try {
    for (let chunk = await next(reader, bounds); chunk; chunk = await next(reader, bounds)) {
      read += chunk.byteLength;
      if (read > bounds.maxResponseBytes) throw new HaystackResponseTooLargeError(bounds.maxResponseBytes);
      yield chunk;
    }
  } finally {
    reader.cancel().catch(() => undefined); // it is closed, or broken already, and that was said
  }
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array>, { silenceMs, signal }: Bounds): Promise<Uint8Array | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HaystackUnavailableError('silent')), silenceMs);
  });
  try {
    return (await Promise.race([reader.read(), silence])).value;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof HaystackUnavailableError ? error : new HaystackUnavailableError('broken off');
  } finally {
    clearTimeout(timer);
  }
}
