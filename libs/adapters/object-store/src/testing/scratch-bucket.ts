import { randomBytes } from 'node:crypto';
import type { TestServices } from '@cortex/kernel/testing';
import { Client } from 'minio';
import { S3ObjectStore } from '../lib/s3/s3-object-store';
import type { S3Options } from '../lib/s3/s3.options';

/** A bucket of its own on the real server; it goes with everything in it. */
export class ScratchBucket implements AsyncDisposable {
  readonly name = `spec-${randomBytes(8).toString('hex')}`;
  readonly client: Client;
  readonly #stores: S3ObjectStore[] = [];

  constructor(private readonly server: NonNullable<TestServices['s3']>) {
    const { hostname, port, protocol } = new URL(server.endpoint);
    this.client = new Client({ endPoint: hostname, port: Number(port), useSSL: protocol === 'https:', accessKey: server.accessKey, secretKey: server.secretKey, region: 'us-east-1' });
  }

  options(differs: Partial<S3Options> = {}): S3Options {
    const { endpoint, accessKey, secretKey } = this.server;
    return { endpoint, accessKey, secretKey, bucket: this.name, backOffMs: 10, ...differs };
  }

  async store(differs: Partial<S3Options> = {}): Promise<S3ObjectStore> {
    const store = new S3ObjectStore(this.options(differs));
    this.#stores.push(store);
    await store.open();
    return store;
  }

  async incomplete(): Promise<readonly string[]> {
    return (await this.client.listIncompleteUploadsQuery(this.name, '', '', '', '')).uploads.map(({ key }) => key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#stores) store[Symbol.dispose]();
    if (!(await this.client.bucketExists(this.name))) return;
    using own = new S3ObjectStore(this.options());
    for await (const { key } of own.list('')) await own.remove(key);
    for (const { key, uploadId } of (await this.client.listIncompleteUploadsQuery(this.name, '', '', '', '')).uploads) await this.client.abortMultipartUpload(this.name, key, encodeURIComponent(uploadId));
    await this.client.removeBucket(this.name);
  }
}
