import { ObjectNotFoundError, ObjectStoreUnavailableError, type ObjectInfo, type ObjectStore } from '@cortex/objects';
import { MANIFEST_FILE, manifestSchema, type Manifest } from '../manifest';
import type { Provenance } from '../model-record';
import { isTakenAlone } from './allowed-files';
import { ModelSource, type PartialFile, type SourceBody, type SourceFile, type SourceModel } from './model-source.port';
import { SourceFailedError, SourceNotFoundError } from './transfer.errors';

const MOST_MANIFEST_BYTES = 2 ** 20;
/** A prefix that holds more is no model. */
const MOST_OBJECTS = 10_000;
const GRAPH_WEIGHTS = /\.onnx[._]data(?:_\d{1,4})?$/;

/** A model below a prefix of the object store: what its manifest lists, or, without one, the files of an export. */
export class ObjectModelSource extends ModelSource {
  readonly #folder: string;

  constructor(private readonly objects: ObjectStore, prefix: string) {
    super();
    this.#folder = `${prefix.replace(/\/+$/, '')}/`;
  }

  describe(signal: AbortSignal): Promise<SourceModel> {
    return saying(async () => {
      const found = await this.#list(signal);
      const provenance: Provenance = { kind: 'object-store', source: this.#folder };
      const manifest = found.find(({ path }) => path === MANIFEST_FILE);
      if (manifest === undefined) return { name: this.#folder.split('/').at(-2)!, version: '1', provenance, files: found.filter(({ path }) => isTakenAlone(path) || GRAPH_WEIGHTS.test(path)) };
      const { name, version, files } = await this.#manifest(signal);
      return { name, version, provenance, files: [manifest, ...Object.entries(files).map(([path, { sha256, bytes }]) => ({ path, sha256, bytes }))] };
    });
  }

  open({ path }: SourceFile, partial: PartialFile, signal: AbortSignal): Promise<SourceBody> {
    return saying(async () => {
      const key = `${this.#folder}${path}`;
      const info = await this.objects.find(key);
      if (info === undefined) throw new ObjectNotFoundError(key);
      const etag = identityOf(info);
      const startsAt = partial.etag === etag ? partial.bytes : 0;
      return { startsAt, etag, chunks: sayingWhileRead(this.objects.read(key, { start: startsAt, signal })) };
    });
  }

  async #list(signal: AbortSignal): Promise<readonly SourceFile[]> {
    const files: SourceFile[] = [];
    for await (const info of this.objects.list(this.#folder)) {
      signal.throwIfAborted();
      files.push({ path: info.key.slice(this.#folder.length), bytes: info.bytes, identity: identityOf(info) });
      if (files.length > MOST_OBJECTS) throw new SourceFailedError(`there are more than ${MOST_OBJECTS} objects below the prefix`);
    }
    if (files.length === 0) throw new SourceNotFoundError('there are no objects below the prefix');
    return files;
  }

  async #manifest(signal: AbortSignal): Promise<Manifest> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.objects.read(`${this.#folder}${MANIFEST_FILE}`, { signal })) {
      pieces.push(piece);
      if (pieces.reduce((sum, { length }) => sum + length, 0) > MOST_MANIFEST_BYTES) throw new SourceFailedError(`the ${MANIFEST_FILE} is too large`);
    }
    return parse(Buffer.concat(pieces).toString());
  }
}

/** Another object of the same key and size differs in its time. */
function identityOf({ bytes, modifiedAt }: ObjectInfo): string {
  return `${bytes}-${Math.floor(modifiedAt)}`;
}

function parse(text: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new SourceFailedError(`the ${MANIFEST_FILE} below the prefix cannot be read`, { cause: error });
  }
}

async function saying<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw inWordsOfSources(error);
  }
}

async function* sayingWhileRead(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw inWordsOfSources(error);
  }
}

/** What came so far is kept only for what a source says. */
function inWordsOfSources(error: unknown): unknown {
  if (error instanceof ObjectNotFoundError) return new SourceNotFoundError(error.message, { cause: error });
  return error instanceof ObjectStoreUnavailableError ? new SourceFailedError(error.message, { cause: error }) : error;
}
