import * as http from 'node:http';
import * as https from 'node:https';
import { codeOf } from '@cortex/kernel';
import { ObjectStoreFullError, ObjectStoreRefusedError, ObjectStoreUnavailableError } from '@cortex/objects';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { Client } from 'minio';
import { callTransport, type CallLimits } from './call-transport';
import { failureOf, isPassing, s3CodeOf } from './s3-failure';
import type { S3Settings } from './s3.options';

const MOST_BACK_OFF_MS = 2_000;
const MOST_SOCKETS = 64;
const MADE_MEANWHILE = ['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'];

/** One call: what it is about, and how long it may take. */
export interface Call extends Omit<CallLimits, 'silenceMs'> {
  /** For errors; absent where it is about the whole bucket. */
  readonly key?: string;
  /** Default as the settings say. */
  readonly attempts?: number;
}

/** One bucket of one server: every call to it goes through here, is tried again while its connection fails, and tells how the server is. */
export class S3Bucket implements Disposable {
  readonly #agent: http.Agent;

  constructor(readonly settings: S3Settings) {
    const { Agent } = settings.endpoint.protocol === 'https:' ? https : http;
    this.#agent = new Agent({ keepAlive: true, maxSockets: MOST_SOCKETS, scheduling: 'lifo' });
  }

  get name(): string {
    return this.settings.bucket;
  }

  /** `task` may be asked several times, each with a client of its own. @throws the port's errors, the signal's reason */
  async call<T>(task: (client: Client) => Promise<T>, call: Call = {}): Promise<T> {
    const { attempts, backOffMs, health, bucket, region } = this.settings;
    const policy = retry(handleWhen(isPassing), {
      maxAttempts: (call.attempts ?? attempts) - 1,
      backoff: new ExponentialBackoff({ initialDelay: backOffMs, maxDelay: MOST_BACK_OFF_MS }),
    });
    call.signal?.throwIfAborted();
    try {
      const answer = await policy.execute(() => task(this.#client(call)), call.signal);
      health?.up();
      return answer;
    } catch (error) {
      call.signal?.throwIfAborted();
      throw this.#told(failureOf(error, { key: call.key ?? '', bucket, region }));
    }
  }

  /** @throws ObjectStoreRefusedError when the bucket is missing and may not be made, or the key is refused; ObjectStoreUnavailableError */
  async ensure(call: Call = {}): Promise<void> {
    const { bucket, region, createBucket } = this.settings;
    const isThere = await this.call((client) => client.bucketExists(bucket), call);
    if (isThere) return;
    if (!createBucket) throw this.#told(new ObjectStoreRefusedError(`there is no bucket '${bucket}'`));
    await this.call(async (client) => {
      try {
        await client.makeBucket(bucket, region);
      } catch (error) {
        if (!MADE_MEANWHILE.includes(s3CodeOf(error) ?? '')) throw error;
      }
    }, call);
  }

  /** Closes what is open; calls that are under way fail. */
  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  /** One a call, so that its transport carries the call's own limits; it holds nothing but its settings. */
  #client(call: Call): Client {
    const { endpoint: { protocol, host, port }, accessKey, secretKey, region, silenceMs } = this.settings;
    return new Client({
      endPoint: host, port, useSSL: protocol === 'https:', accessKey, secretKey, region, pathStyle: true,
      transport: callTransport(protocol, { ...call, silenceMs }), transportAgent: this.#agent,
      retryOptions: { disableRetry: true }, // its own retries print to the console
    });
  }

  #told<E>(failure: E): E {
    const isDown = [ObjectStoreUnavailableError, ObjectStoreRefusedError, ObjectStoreFullError].some((kind) => failure instanceof kind);
    if (isDown) this.settings.health?.down(codeOf(failure));
    else this.settings.health?.up();
    return failure;
  }
}
