import { ObjectStoreUnavailableError } from '@cortex/objects';
import type { S3Bucket } from './s3-bucket';

const MOST_PAGES = 100;

/** Looks now and then whether the server is there, so that its health is known while nobody asks, and the bucket made once it can be. */
export class ServerWatch implements Disposable {
  #timer: NodeJS.Timeout | undefined;
  #isSwept = false;

  constructor(private readonly bucket: S3Bucket) {}

  /** @throws ObjectStoreRefusedError: nothing would mend that but the operator */
  async begin(): Promise<void> {
    try {
      await this.#look();
    } catch (error) {
      if (!(error instanceof ObjectStoreUnavailableError)) throw error;
    }
    // What it finds stands in the server's health.
    this.#timer = setInterval(() => void this.#look().catch(() => undefined), this.bucket.settings.watchMs).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (!(await this.#isInTime()) || this.#isSwept) return;
    this.#isSwept = true;
    await this.#sweep();
  }

  /** A server that answers, but so late that nobody would wait for it, is down too. */
  async #isInTime(): Promise<boolean> {
    const { patienceMs, health } = this.bucket.settings;
    const patience = AbortSignal.timeout(patienceMs);
    try {
      await this.bucket.ensure({ attempts: 1, signal: patience });
      return true;
    } catch (error) {
      if (!patience.aborted) throw error;
      health?.down('OBJECTS.SLOW');
      return false;
    }
  }

  /** Parts whose writer was killed before he could complete or abort. */
  async #sweep(): Promise<void> {
    const { name, settings } = this.bucket;
    let [key, id] = ['', ''];
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      const found = await this.bucket.call((client) => client.listIncompleteUploadsQuery(name, '', key, id, ''));
      for (const upload of found.uploads) {
        if (Date.now() - upload.initiated.getTime() > settings.staleMs) await this.bucket.call((client) => client.abortMultipartUpload(name, upload.key, encodeURIComponent(upload.uploadId)));
      }
      if (!found.isTruncated) return;
      [key, id] = [found.nextKeyMarker, found.nextUploadIdMarker];
    }
  }
}
