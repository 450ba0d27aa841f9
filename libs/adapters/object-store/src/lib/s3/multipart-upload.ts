import { createHash } from 'node:crypto';
import type { Client } from 'minio';
import { ObjectStoreUnavailableError, ObjectTooLargeError } from '@cortex/objects';
import type { Part } from './parts';
import type { S3Bucket } from './s3-bucket';
import { s3CodeOf } from './s3-failure';

/** Of S3. */
const MOST_PARTS = 10_000;
const ABORT_MS = 5_000;

interface Target {
  readonly key: string;
  readonly signal?: AbortSignal;
}

/** An object on its way in parts: nobody sees it before it is complete. */
export class MultipartUpload {
  readonly #etags: { readonly part: number; readonly etag: string }[] = [];

  private constructor(private readonly bucket: S3Bucket, private readonly target: Target, private readonly id: string) {}

  static async begin(bucket: S3Bucket, target: Target): Promise<MultipartUpload> {
    const id = await bucket.call((client) => client.initiateNewMultipartUpload(bucket.name, target.key, {}), target);
    return new MultipartUpload(bucket, target, id);
  }

  /** @throws ObjectTooLargeError beyond 10,000 parts */
  async send(part: Part): Promise<void> {
    const number = this.#etags.length + 1;
    if (number > MOST_PARTS) throw new ObjectTooLargeError(this.target.key, MOST_PARTS * this.bucket.settings.partBytes);
    const query = `partNumber=${number}&uploadId=${encodeURIComponent(this.id)}`;
    const etag = await this.bucket.call((client) => putPart(client, { bucket: this.bucket, key: this.target.key, query, part }), this.target);
    this.#etags.push({ part: number, etag });
  }

  async complete(): Promise<void> {
    const { key } = this.target;
    await this.bucket.call(async (client) => {
      try {
        await client.completeMultipartUpload(this.bucket.name, key, this.id, this.#etags);
      } catch (error) {
        if (s3CodeOf(error) !== 'NoSuchUpload' || !(await this.#isComplete(client))) throw error;
      }
    }, this.target);
  }

  /** Removes its parts. Where that fails they are swept later: what failed before is what counts. */
  async abort(): Promise<void> {
    const signal = AbortSignal.timeout(ABORT_MS);
    await this.bucket.call((client) => client.abortMultipartUpload(this.bucket.name, this.target.key, encodeURIComponent(this.id)), { signal, attempts: 1 }).catch(() => undefined);
  }

  /** An earlier attempt may have been heard, and its answer lost: the object then has the parts' digest. */
  async #isComplete(client: Client): Promise<boolean> {
    const { etag } = await client.statObject(this.bucket.name, this.target.key);
    return etag === digestOfParts(this.#etags.map((part) => part.etag));
  }
}

/** Sends bytes whose digest is known; gives the server's ETag of them. */
export async function putPart(client: Client, { bucket, key, query = '', part }: { readonly bucket: S3Bucket; readonly key: string; readonly query?: string; readonly part: Part }): Promise<string> {
  const isSecure = bucket.settings.endpoint.protocol === 'https:';
  const headers = { 'content-length': part.content.length, ...(isSecure && { 'content-md5': part.digest }) };
  const answer = await client.makeRequestStreamAsync({ method: 'PUT', bucketName: bucket.name, objectName: key, query, headers }, part.content, isSecure ? '' : part.digest, [200], '');
  answer.resume();
  const etag = answer.headers.etag?.replaceAll('"', '');
  if (etag === undefined) throw new ObjectStoreUnavailableError(new Error('the server gave no ETag'));
  return etag;
}

/** As S3 makes the ETag of an object in parts. */
function digestOfParts(etags: readonly string[]): string {
  const whole = Buffer.from(etags.join(''), 'hex');
  return `${createHash('md5').update(whole).digest('hex')}-${etags.length}`;
}
