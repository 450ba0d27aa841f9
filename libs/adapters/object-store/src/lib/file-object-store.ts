import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { bounded, checkedKey, checkedPrefix, isKey, ObjectNotFoundError, ObjectRangeError, ObjectStore, type ObjectInfo, type ReadOptions, type WriteOptions } from '@cortex/objects';
import { ifThere, reaching, unusable } from './file-failure';
import { ObjectFolder } from './object-folder';

const PIECE_BYTES = 1 << 18;
const STALE_MS = 86_400_000;

interface Place {
  readonly objects: ObjectFolder;
  /** Beside the objects, so that a rename is all it takes to make one of a draft. */
  readonly drafts: string;
}

export interface FileObjectStoreOptions {
  /** Made with the first object, for this user alone; several processes may share it. */
  readonly folder: string;
  /** A draft this old has no writer any more and is removed. Default 24 hours. */
  readonly staleMs?: number;
}

/** Objects as files under `objects/`, drafts beside them. An object that was acknowledged survives a crash and a loss of power. */
export class FileObjectStore extends ObjectStore {
  #place: Promise<Place> | undefined;

  constructor(private readonly options: FileObjectStoreOptions) {
    super();
  }

  find(key: string): Promise<ObjectInfo | undefined> {
    return this.#in(checkedKey(key), async ({ objects }) => {
      await using file = await objects.open(key);
      return file && infoOf(key, file);
    });
  }

  async write(key: string, chunks: AsyncIterable<Uint8Array>, options: WriteOptions = {}): Promise<ObjectInfo> {
    const draft = await this.#in(checkedKey(key), async ({ drafts }) => join(drafts, randomUUID()));
    try {
      await writeDraft(draft, key, bounded(key, chunks, options));
      return await this.#in(key, async ({ objects }) => {
        const { size, mtimeMs } = await lstat(draft);
        await objects.moveIn(draft, key);
        return { key, bytes: size, modifiedAt: mtimeMs };
      });
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  async *read(key: string, { start = 0, signal }: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    signal?.throwIfAborted();
    await using file = await this.#in(checkedKey(key), ({ objects }) => objects.open(key));
    if (file === undefined) throw new ObjectNotFoundError(key);
    const { size } = await reaching(key, () => file.stat());
    if (start > size) throw new ObjectRangeError(key, start, size);
    for (let at = start; at < size; ) {
      const piece = Math.min(PIECE_BYTES, size - at);
      const { buffer, bytesRead } = await reaching(key, () => file.read(Buffer.allocUnsafe(piece), 0, piece, at));
      signal?.throwIfAborted();
      if (bytesRead === 0) return; // somebody else cut it short
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
      signal?.throwIfAborted();
    }
  }

  remove(key: string): Promise<void> {
    return this.#in(checkedKey(key), ({ objects }) => objects.remove(key));
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    yield* this.#walk(checkedPrefix(prefix).slice(0, prefix.lastIndexOf('/') + 1), prefix);
  }

  async *#walk(folder: string, prefix: string): AsyncGenerator<ObjectInfo> {
    for (const { name, isFolder } of await this.#in(folder, ({ objects }) => objects.entries(folder))) {
      const key = `${folder}${name}`;
      if (isFolder && `${key}/`.startsWith(prefix)) yield* this.#walk(`${key}/`, prefix);
      const info = !isFolder && key.startsWith(prefix) && isKey(key) ? await this.find(key) : undefined;
      if (info) yield info;
    }
  }

  async #in<T>(key: string, task: (place: Place) => Promise<T>): Promise<T> {
    return reaching(key, async () => task(await this.#open()));
  }

  #open(): Promise<Place> {
    this.#place ??= this.#make().catch((error: unknown) => {
      this.#place = undefined; // the next one tries anew
      throw unusable(error);
    });
    return this.#place;
  }

  async #make(): Promise<Place> {
    const { folder, staleMs = STALE_MS } = this.options;
    const drafts = join(folder, 'drafts');
    const objects = await ObjectFolder.at(join(folder, 'objects'));
    await mkdir(drafts, { recursive: true, mode: 0o700 });
    for (const name of await readdir(drafts)) await removeStale(join(drafts, name), staleMs);
    return { objects, drafts };
  }
}

/** What the source throws is passed on as it is; what the disk says, in the words of the port. */
async function writeDraft(draft: string, key: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  await using file = await reaching(key, () => open(draft, 'wx', 0o600));
  for await (const chunk of chunks) await reaching(key, () => file.appendFile(chunk));
  await reaching(key, () => file.sync());
}

async function infoOf(key: string, file: FileHandle): Promise<ObjectInfo> {
  const { size, mtimeMs } = await file.stat();
  return { key, bytes: size, modifiedAt: mtimeMs };
}

async function removeStale(path: string, staleMs: number): Promise<void> {
  const found = await ifThere(lstat(path));
  if (found && Date.now() - found.mtimeMs > staleMs) await rm(path, { recursive: true, force: true });
}
