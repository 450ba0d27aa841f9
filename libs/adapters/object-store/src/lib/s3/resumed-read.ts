import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ObjectRangeError, ObjectStoreUnavailableError, type ReadOptions } from '@cortex/objects';
import type { S3Bucket } from './s3-bucket';
import { isPassing, s3CodeOf, SilentServerError } from './s3-failure';

/** Reads an object, and goes on where a connection broke off if the object is still the same; gives up when none brings a byte any more. */
export async function* resumedRead(bucket: S3Bucket, key: string, { start = 0, signal }: ReadOptions): AsyncGenerator<Uint8Array> {
  const { attempts, backOffMs, silenceMs } = bucket.settings;
  let etag: string | undefined;
  let failures = 0;
  for (let at = start; ; ) {
    const body = await open(bucket, { key, at, etag, signal });
    if (body === undefined) return;
    etag ??= body.headers.etag;
    try {
      for await (const chunk of paced(body, silenceMs)) {
        [at, failures] = [at + chunk.length, 0];
        yield chunk;
        signal?.throwIfAborted();
      }
      return;
    } catch (error) {
      signal?.throwIfAborted();
      failures += 1;
      if (!isPassing(error) || failures === attempts) throw lost(bucket, error);
    }
    await sleep(backOffMs);
  }
}

interface Opening {
  readonly key: string;
  readonly at: number;
  readonly etag?: string;
  readonly signal?: AbortSignal;
}

/** The bytes from `at` on; undefined where that is the end. @throws ObjectNotFoundError, ObjectRangeError */
function open(bucket: S3Bucket, { key, at, etag, signal }: Opening): Promise<IncomingMessage | undefined> {
  const headers = { ...(at > 0 && { range: `bytes=${at}-` }), ...(etag !== undefined && { 'if-match': etag }) };
  return bucket.call(
    async (client) => {
      try {
        return await client.makeRequestAsync({ method: 'GET', bucketName: bucket.name, objectName: key, headers }, '', [at > 0 ? 206 : 200]);
      } catch (error) {
        if (at === 0 || s3CodeOf(error) !== 'InvalidRange') throw error;
        const { size } = await client.statObject(bucket.name, key);
        if (at > size) throw new ObjectRangeError(key, at, size);
        return undefined;
      }
    },
    { key, signal, readsSlowly: true },
  );
}

/** A server that is silent while somebody waits is given up; a reader may take all the time he wants. */
async function* paced(body: IncomingMessage, silenceMs: number): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const timer = setTimeout(() => body.destroy(new SilentServerError(silenceMs)), silenceMs);
      const next = await chunks.next().finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    body.destroy();
  }
}

function lost(bucket: S3Bucket, error: unknown): ObjectStoreUnavailableError {
  const failure = new ObjectStoreUnavailableError(error);
  bucket.settings.health?.down(failure.code);
  return failure;
}
