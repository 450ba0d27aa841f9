import { bounded } from '../lib/bounded';
import { checkedKey, checkedPrefix } from '../lib/object-key';
import { ObjectStore, type ObjectInfo, type ReadOptions, type WriteOptions } from '../lib/object-store.port';
import { ObjectNotFoundError, ObjectRangeError } from '../lib/objects.errors';

const PIECE_BYTES = 65_536;

/** Objects that end with the process, sent in pieces of 64 KiB. Specs may look at `kept`, and damage it. */
export class MemoryObjectStore extends ObjectStore {
  readonly kept = new Map<string, { readonly content: Buffer; readonly modifiedAt: number }>();

  async find(key: string): Promise<ObjectInfo | undefined> {
    const kept = this.kept.get(checkedKey(key));
    return kept && { key, bytes: kept.content.length, modifiedAt: kept.modifiedAt };
  }

  async write(key: string, chunks: AsyncIterable<Uint8Array>, options: WriteOptions = {}): Promise<ObjectInfo> {
    checkedKey(key);
    const pieces: Uint8Array[] = [];
    for await (const chunk of bounded(key, chunks, options)) pieces.push(Uint8Array.from(chunk));
    const [content, modifiedAt] = [Buffer.concat(pieces), Date.now()];
    this.kept.set(key, { content, modifiedAt });
    return { key, bytes: content.length, modifiedAt };
  }

  async *read(key: string, { start = 0, signal }: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    const kept = this.kept.get(checkedKey(key));
    if (kept === undefined) throw new ObjectNotFoundError(key);
    const { content } = kept;
    if (start > content.length) throw new ObjectRangeError(key, start, content.length);
    for (let at = start; at < content.length; at += PIECE_BYTES) {
      signal?.throwIfAborted();
      yield Uint8Array.from(content.subarray(at, at + PIECE_BYTES));
    }
    signal?.throwIfAborted();
  }

  async remove(key: string): Promise<void> {
    this.kept.delete(checkedKey(key));
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    const keys = [...this.kept.keys()].filter((key) => key.startsWith(checkedPrefix(prefix))).sort();
    for (const key of keys) {
      const info = await this.find(key);
      if (info) yield info;
    }
  }
}
