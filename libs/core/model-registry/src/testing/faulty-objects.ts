import { setTimeout as sleep } from 'node:timers/promises';
import { ObjectStoreUnavailableError, type ObjectInfo, type ReadOptions, type WriteOptions } from '@cortex/objects';
import { MemoryObjectStore } from '@cortex/objects/testing';

/** Objects in memory behind a network: specs cut it, slow it down, and count what went over it. */
export class FaultyObjects extends MemoryObjectStore {
  isCut = false;
  /** Before each piece that is read. */
  delayMs = 0;
  /** Reads break off after so many bytes, once. */
  breaksAfterBytes = Infinity;
  readonly reads: { readonly key: string; readonly start: number }[] = [];
  readonly writes: string[] = [];

  override find(key: string): Promise<ObjectInfo | undefined> {
    this.#refuseIfCut();
    return super.find(key);
  }

  override write(key: string, chunks: AsyncIterable<Uint8Array>, options?: WriteOptions): Promise<ObjectInfo> {
    this.#refuseIfCut();
    this.writes.push(key);
    return super.write(key, chunks, options);
  }

  override async *read(key: string, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    this.reads.push({ key, start: options.start ?? 0 });
    let bytes = 0;
    for await (const chunk of super.read(key, options)) {
      this.#refuseIfCut();
      await sleep(this.delayMs, undefined, { signal: options.signal });
      const left = this.breaksAfterBytes - bytes;
      yield chunk.subarray(0, left);
      bytes += chunk.length;
      if (bytes < this.breaksAfterBytes) continue;
      this.breaksAfterBytes = Infinity;
      throw new ObjectStoreUnavailableError(new Error('it broke off'));
    }
  }

  override remove(key: string): Promise<void> {
    this.#refuseIfCut();
    return super.remove(key);
  }

  #refuseIfCut(): void {
    if (this.isCut) throw new ObjectStoreUnavailableError(new Error('it is cut'));
  }
}
