import { createHash, randomUUID } from 'node:crypto';
import type { ObjectStore } from '@cortex/objects';
import type { DocumentRecord } from '../documents/document-record';
import type { DocumentStore } from '../documents/document-store.port';
import type { PassageIndex } from '../retrieval/passage-index.port';
import { contentsOf, type CollectionRecord } from './collection-record';
import type { Scope } from './scope';

export interface ContentsParts {
  readonly documents: DocumentStore;
  readonly index: PassageIndex;
  readonly objects: ObjectStore;
}

/** A document's bytes as they were kept. */
export interface KeptFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What is in a collection: passages, records and files of its documents. */
export class Contents {
  constructor(private readonly parts: ContentsParts) {}

  /** @throws ObjectTooLargeError, and what the store throws */
  async keep(scope: Scope, chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<KeptFile> {
    const file = randomUUID();
    const hash = createHash('sha256');
    const { bytes } = await this.parts.objects.write(keyOf(scope, file), hashed(chunks, hash), { maxBytes });
    return { file, sha256: hash.digest('hex'), bytes };
  }

  bytesOf({ source, ...scope }: DocumentRecord, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return this.parts.objects.read(keyOf(scope, source.file), { signal });
  }

  async forget(scope: Scope, file: string): Promise<void> {
    await this.parts.objects.remove(keyOf(scope, file));
  }

  /** Passages first: what is found has a record and a file. */
  async remove(scope: Scope, records: readonly DocumentRecord[]): Promise<void> {
    const ids = records.map(({ id }) => id);
    await this.parts.index.remove(scope, ids);
    await this.parts.documents.remove(scope, ids);
    for (const { source } of records) await this.forget(scope, source.file);
  }

  async removeAll(collection: CollectionRecord): Promise<void> {
    const scope = contentsOf(collection);
    await this.parts.index.remove(scope);
    await this.parts.documents.remove(scope);
    for await (const { key } of this.parts.objects.list(`${folderOf(scope)}/`)) await this.parts.objects.remove(key);
  }
}

function folderOf({ tenant, collection }: Scope): string {
  return `tenants/${tenant}/collections/${collection}`;
}

function keyOf(scope: Scope, file: string): string {
  return `${folderOf(scope)}/${file}`;
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: { update(chunk: Uint8Array): unknown }): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}
