import { createHash, randomUUID } from 'node:crypto';
import { once } from '@cortex/kernel';
import type { ObjectStore } from '@cortex/objects';
import type { DocumentRecord, KeptBytes } from '../documents/document-record';
import type { DocumentStore } from '../documents/document-store.port';
import { firstBytes } from '../documents/first-bytes';
import type { PassageIndex } from '../retrieval/passage-index.port';
import { contentsOf, type CollectionRecord } from './collection-record';
import type { Scope } from './scope';

export interface ContentsParts {
  readonly documents: DocumentStore;
  readonly index: PassageIndex;
  readonly objects: ObjectStore;
  /** Text of at most so many bytes is kept in its document's record. Default 8,192. */
  readonly shortBytes?: number;
}

/** A file or an object of its own costs more than it is worth. */
const SHORT_BYTES = 8_192;

/** What is in a collection: passages, records and files of its documents. */
export class Contents {
  constructor(private readonly parts: ContentsParts) {}

  /** @throws ObjectTooLargeError, and what the store throws */
  async keep(scope: Scope, chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<KeptBytes> {
    const { shortBytes = SHORT_BYTES } = this.parts;
    const { head, all } = await firstBytes(chunks, shortBytes + 1);
    const content = head.length <= Math.min(shortBytes, maxBytes) ? textIn(head) : undefined;
    if (content !== undefined) return { content, sha256: hashOf(head), bytes: head.length };
    const file = randomUUID();
    const hash = createHash('sha256');
    const { bytes } = await this.parts.objects.write(keyOf(scope, file), hashed(all, hash), { maxBytes });
    return { file, sha256: hash.digest('hex'), bytes };
  }

  bytesOf({ source: { file, content }, ...scope }: DocumentRecord, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return file === undefined ? once(Buffer.from(content ?? '')) : this.parts.objects.read(keyOf(scope, file), { signal });
  }

  /** What its record holds goes with that. */
  async forget(scope: Scope, { file }: KeptBytes): Promise<void> {
    if (file !== undefined) await this.parts.objects.remove(keyOf(scope, file));
  }

  /** Passages first: what is found has a record and a file. */
  async remove(scope: Scope, records: readonly DocumentRecord[]): Promise<void> {
    const ids = records.map(({ id }) => id);
    await this.parts.index.remove(scope, ids);
    await this.parts.documents.remove(scope, ids);
    for (const { source } of records) await this.forget(scope, source);
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

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Undefined where it would not be the same bytes again, or nothing that databases keep in text. */
function textIn(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  const text = Buffer.from(bytes).toString();
  return Buffer.from(text).equals(bytes) ? text : undefined;
}
