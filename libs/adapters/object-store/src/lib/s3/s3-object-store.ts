import { text } from 'node:stream/consumers';
import { bounded, checkedKey, checkedPrefix, isKey, ObjectNotFoundError, ObjectStore, type ObjectInfo, type ReadOptions, type WriteOptions } from '@cortex/objects';
import { readListPage, type ListPage } from './list-page';
import { MultipartUpload, putPart } from './multipart-upload';
import { partsOf, type Part } from './parts';
import { resumedRead } from './resumed-read';
import { S3Bucket } from './s3-bucket';
import { ServerWatch } from './server-watch';
import { s3Settings, type S3Options } from './s3.options';

/** Objects in a bucket of an S3 server. Holds one part of each object that is written. */
export class S3ObjectStore extends ObjectStore implements Disposable {
  readonly #bucket: S3Bucket;
  readonly #watch: ServerWatch;

  constructor(options: S3Options) {
    super();
    this.#bucket = new S3Bucket(s3Settings(options));
    this.#watch = new ServerWatch(this.#bucket);
  }

  /** Looks whether the bucket can be used, and goes on looking until it is disposed of. A server that does not answer yet is no mistake. @throws ObjectStoreRefusedError */
  async open(): Promise<void> {
    await this.#watch.begin();
  }

  async find(key: string): Promise<ObjectInfo | undefined> {
    checkedKey(key);
    try {
      const { size, lastModified } = await this.#bucket.call((client) => client.statObject(this.#bucket.name, key), { key });
      return { key, bytes: size, modifiedAt: lastModified.getTime() };
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return undefined;
      throw error;
    }
  }

  async write(key: string, chunks: AsyncIterable<Uint8Array>, options: WriteOptions = {}): Promise<ObjectInfo> {
    checkedKey(key);
    const { partBytes, endpoint } = this.#bucket.settings;
    const target = { key, signal: options.signal };
    let upload: MultipartUpload | undefined;
    let bytes = 0;
    try {
      for await (const part of partsOf(bounded(key, chunks, options), partBytes, endpoint.protocol === 'https:' ? 'md5' : 'sha256')) {
        bytes += part.content.length;
        if (part.isLast && !upload) await this.#put(part, target);
        else await (upload ??= await MultipartUpload.begin(this.#bucket, target)).send(part);
      }
      await upload?.complete();
    } catch (error) {
      await upload?.abort();
      throw error;
    }
    return { key, bytes, modifiedAt: Date.now() };
  }

  read(key: string, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    return resumedRead(this.#bucket, checkedKey(key), options);
  }

  async remove(key: string): Promise<void> {
    checkedKey(key);
    await this.#bucket.call((client) => client.removeObject(this.#bucket.name, key), { key });
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    checkedPrefix(prefix);
    for (let page: ListPage | undefined; page === undefined || page.token !== undefined; ) {
      page = await this.#page(prefix, page?.token);
      yield* page.objects.filter(({ key }) => isKey(key)); // somebody else may keep other names here
    }
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
    this.#bucket[Symbol.dispose]();
  }

  #page(prefix: string, token: string | undefined): Promise<ListPage> {
    const query = new URLSearchParams({ 'list-type': '2', prefix, ...(token !== undefined && { 'continuation-token': token }) });
    query.sort(); // as it is signed
    return this.#bucket.call(async (client) => readListPage(await text(await client.makeRequestAsync({ method: 'GET', bucketName: this.#bucket.name, query: query.toString() }))));
  }

  async #put(part: Part, target: { readonly key: string; readonly signal?: AbortSignal }): Promise<void> {
    await this.#bucket.call((client) => putPart(client, { bucket: this.#bucket, key: target.key, part }), target);
  }
}
