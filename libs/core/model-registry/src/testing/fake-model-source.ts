import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ModelSource, ModelSources, type PartialFile, type SourceBody, type SourceFile, type SourceModel } from '../lib/sources/model-source.port';
import { SourceFailedError, SourceForbiddenError, SourceNotFoundError } from '../lib/sources/transfer.errors';

type Content = Readonly<Record<string, Uint8Array>>;

/** A source in memory; say what differs from one that sends everything at once. */
export interface FakeSourceOptions {
  readonly name?: string;
  readonly version?: string;
  /** Bytes of a piece. Default 64 KiB. */
  readonly pieceBytes?: number;
  /** Between two pieces. Default none. */
  readonly delayMs?: number;
  /** The connection breaks after so many bytes of a file, once. */
  readonly breaksAfterBytes?: number;
  /** Promises no hashes, only ETags. */
  readonly promisesNothing?: boolean;
}

/** A model in memory, read like one on a server; `content` may be replaced by specs. */
export class FakeModelSource extends ModelSource {
  /** How often a file was opened, and from which byte. */
  readonly opened: { readonly path: string; readonly startsAt: number }[] = [];
  #breaksAfterBytes: number;

  constructor(public content: Content, private readonly options: FakeSourceOptions = {}) {
    super();
    this.#breaksAfterBytes = options.breaksAfterBytes ?? Infinity;
  }

  describe(signal: AbortSignal): Promise<SourceModel> {
    signal.throwIfAborted();
    const { name = 'pulled', version = '1', promisesNothing } = this.options;
    const files = Object.entries(this.content).map(([path, bytes]) => (promisesNothing ? { path } : { path, bytes: bytes.length, sha256: hashOf(bytes) }));
    return Promise.resolve({ name, version, provenance: { kind: 'hugging-face', source: 'fake/model' }, files });
  }

  open({ path }: SourceFile, partial: PartialFile, signal: AbortSignal): Promise<SourceBody> {
    const content = this.content[path];
    if (content === undefined) return Promise.reject(new SourceNotFoundError(`there is no ${path}`));
    const etag = hashOf(content);
    const goesOn = partial.bytes > 0 && partial.bytes < content.length && partial.etag === etag;
    const startsAt = goesOn ? partial.bytes : 0;
    this.opened.push({ path, startsAt });
    return Promise.resolve({ startsAt, etag, chunks: this.#pieces(content.subarray(startsAt), signal) });
  }

  async *#pieces(content: Uint8Array, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { pieceBytes = 65_536, delayMs = 0 } = this.options;
    for (let start = 0; start < content.length; start += pieceBytes) {
      signal.throwIfAborted();
      if (start >= this.#breaksAfterBytes) {
        this.#breaksAfterBytes = Infinity;
        throw new SourceFailedError('the connection broke');
      }
      if (delayMs > 0) await sleep(delayMs, undefined, { signal });
      yield content.subarray(start, start + pieceBytes);
    }
  }
}

/** Gives one source for every address but `{ kind: 'http', url: 'forbidden' }`. */
export class FakeModelSources extends ModelSources {
  constructor(private readonly source: ModelSource) {
    super();
  }

  at(address: Parameters<ModelSources['at']>[0]): ModelSource {
    if (address.kind === 'http' && address.url.includes('forbidden')) throw new SourceForbiddenError('forbidden is no host that may be asked');
    return this.source;
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
