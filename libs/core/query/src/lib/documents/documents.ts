import { isDeepStrictEqual } from 'node:util';
import { inOrder, type JobRecord, type Jobs } from '@cortex/jobs';
import { quote, type RequestContext } from '@cortex/kernel';
import { contentsOf, type CollectionRecord } from '../collections/collection-record';
import type { Contents } from '../collections/contents';
import type { Scope } from '../collections/scope';
import { INGESTION, asSpec } from '../ingestion/ingestion-job';
import { portionsOf } from '../ingestion/portions-of';
import { DocumentConflictError, DocumentNotFoundError, InvalidCollectionError } from '../query.errors';
import { parsedOrder, type DocumentOrder } from './document-order';
import type { DocumentParser } from './document-parser.port';
import type { DocumentRecord, DocumentState, KeptBytes } from './document-record';
import type { DocumentFilter, DocumentStore } from './document-store.port';
import { firstBytes } from './first-bytes';

export interface DocumentsParts {
  readonly store: DocumentStore;
  readonly contents: Contents;
  readonly jobs: Pick<Jobs, 'submit'>;
  /** Most bytes of a document. */
  readonly maxBytes: number;
  /** Most documents of one call. */
  readonly maxDocuments: number;
  readonly parser: Pick<DocumentParser, 'mediaTypes' | 'mediaTypeOf'>;
}

/** Who adds documents: what their embedding is taken from. */
export type Owner = Pick<RequestContext, 'budgets'>;

/** What became of an order. */
export interface AcceptedDocument {
  readonly id: string;
  readonly state: DocumentState;
  readonly generation: number;
  /** It is there already, in every byte and field: nothing is done. */
  readonly unchanged: boolean;
}

export interface AcceptedDocuments {
  readonly documents: readonly AcceptedDocument[];
  /** Absent where nothing is to be done. */
  readonly job?: JobRecord;
}

/** Of a document whose sender did not say what it is. */
const NAMELESS = 'application/octet-stream';
const HEAD_BYTES = 4_096;
const MOST_TRIES = 5;
const KEPT_AT_ONCE = 8;
/** Records that are stored together. */
const LOT = 32;

/** The documents of a collection. */
export class Documents {
  constructor(private readonly parts: DocumentsParts) {}

  /**
   * Keeps the documents, several at once, and has them indexed by a job. What is not ready is indexed again, so that who got no answer may ask once more.
   * @throws InvalidCollectionError, InvalidMetadataError, ObjectTooLargeError, DocumentConflictError; some of the others may be kept then, none is indexed
   */
  async add(collection: CollectionRecord, orders: Iterable<DocumentOrder> | AsyncIterable<DocumentOrder>, by: Owner = {}): Promise<AcceptedDocuments> {
    const { maxDocuments } = this.parts;
    const scope = contentsOf(collection);
    /** Bytes that no record has. */
    const loose = new Set<KeptBytes>();
    const keep = async (order: DocumentOrder) => {
      const given = await this.#keep(collection, order);
      loose.add(given.source);
      return given;
    };
    const documents: AcceptedDocument[] = [];
    try {
      for await (const lot of portionsOf(inOrder(orders, KEPT_AT_ONCE, keep), LOT)) {
        if (documents.length + lot.length > maxDocuments) throw new InvalidCollectionError('documents', `expected at most ${maxDocuments} in a call`);
        for (const { source } of lot) loose.delete(source);
        documents.push(...(await this.#storeAll(scope, lot)));
      }
    } finally {
      for (const source of loose) await this.parts.contents.forget(scope, source);
    }
    const waiting = documents.filter(({ unchanged }) => !unchanged);
    if (waiting.length === 0) return { documents };
    return { documents, job: await this.#submit(collection, waiting, by) };
  }

  /** @throws DocumentNotFoundError */
  async get(collection: CollectionRecord, id: string): Promise<DocumentRecord> {
    const [record] = await this.parts.store.find(contentsOf(collection), [id]);
    if (!record) throw new DocumentNotFoundError(id);
    return record;
  }

  list(collection: CollectionRecord, filter: DocumentFilter): Promise<DocumentRecord[]> {
    return this.parts.store.list(contentsOf(collection), filter);
  }

  count(collection: CollectionRecord): Promise<Partial<Record<DocumentState, number>>> {
    return this.parts.store.count(contentsOf(collection));
  }

  /** Has a document indexed again, from the stage that failed. @throws DocumentNotFoundError */
  async retry(collection: CollectionRecord, id: string, by: Owner = {}): Promise<AcceptedDocuments> {
    const { error: _, ...record } = await this.get(collection, id);
    const next: DocumentRecord = { ...record, state: 'queued', revision: record.revision + 1, updatedAt: Date.now() };
    await this.#store(next);
    return { documents: [accepted(next)], job: await this.#submit(collection, [next], by) };
  }

  /** With passages and bytes. @throws DocumentNotFoundError */
  async remove(collection: CollectionRecord, id: string): Promise<void> {
    await this.parts.contents.remove(contentsOf(collection), [await this.get(collection, id)]);
  }

  async #keep(collection: CollectionRecord, order: DocumentOrder): Promise<Given> {
    const scope = contentsOf(collection);
    const { metadata, ...about } = parsedOrder(order, collection.schema);
    const { charset } = order;
    const { mediaType, bytes } = await this.#known(order);
    const kept = await this.parts.contents.keep(scope, bytes, this.parts.maxBytes);
    return { ...about, metadata, source: { ...kept, mediaType, ...(charset !== undefined && { charset }) } };
  }

  /** What nobody named is known by its bytes. @throws InvalidCollectionError */
  async #known({ id, mediaType, bytes }: DocumentOrder): Promise<Pick<DocumentOrder, 'mediaType' | 'bytes'>> {
    const { mediaTypes } = this.parts.parser;
    if (mediaTypes.includes(mediaType)) return { mediaType, bytes };
    const { head, all } = mediaType === NAMELESS ? await firstBytes(bytes, HEAD_BYTES) : { head: undefined, all: bytes };
    const known = head ? this.parts.parser.mediaTypeOf(id, head) : mediaType;
    if (mediaTypes.includes(known)) return { mediaType: known, bytes: all };
    throw new InvalidCollectionError('mediaType', `expected one of ${mediaTypes.join(', ')}, got ${quote(mediaType)}`);
  }

  /** Together where nobody else has a hand in it; others one after the other. */
  async #storeAll(scope: Scope, lot: readonly Given[]): Promise<AcceptedDocument[]> {
    const before = new Map((await this.parts.store.find(scope, lot.map(({ id }) => id))).map((record) => [record.id, record]));
    const fresh = lot.filter((given, place) => !before.has(given.id) && lot.findIndex(({ id }) => id === given.id) === place);
    const records = new Map(fresh.map((given) => [given, recordOf(scope, given, undefined)]));
    const refused = new Set(records.size > 0 ? await this.parts.store.store([...records.values()]) : []);
    const all: AcceptedDocument[] = [];
    for (const given of lot) {
      const record = refused.has(given.id) ? undefined : records.get(given);
      all.push(record ? accepted(record) : await this.#stored(scope, given, before.get(given.id)));
    }
    return all;
  }

  /** `known` is its record as it was a moment ago. */
  async #stored(scope: Scope, given: Given, known: DocumentRecord | undefined): Promise<AcceptedDocument> {
    const { id, source } = given;
    for (let tries = 1; ; tries += 1) {
      const [before] = tries === 1 && known ? [known] : await this.parts.store.find(scope, [id]);
      if (before && isSame(before, given)) return this.#same(scope, before, source);
      const record = recordOf(scope, given, before);
      if ((await this.parts.store.store([record])).length === 0) return this.#replaced(scope, record, before);
      if (tries === MOST_TRIES) return this.#givenUp(scope, given);
    }
  }

  /** The bytes that came are those that are kept. */
  async #same(scope: Scope, before: DocumentRecord, source: KeptBytes): Promise<AcceptedDocument> {
    await this.parts.contents.forget(scope, source);
    return accepted(before);
  }

  async #givenUp(scope: Scope, { id, source }: Given): Promise<never> {
    await this.parts.contents.forget(scope, source);
    throw new DocumentConflictError(id);
  }

  async #replaced(scope: Scope, record: DocumentRecord, before: DocumentRecord | undefined): Promise<AcceptedDocument> {
    if (before) await this.parts.contents.forget(scope, before.source);
    return accepted(record);
  }

  async #store(record: DocumentRecord): Promise<void> {
    if ((await this.parts.store.store([record])).length > 0) throw new DocumentConflictError(record.id);
  }

  #submit({ tenant, collection, id }: CollectionRecord, documents: readonly Pick<DocumentRecord, 'id' | 'generation'>[], { budgets }: Owner): Promise<JobRecord> {
    const spec = asSpec({ collection, collectionId: id, documents: documents.map((one) => [one.id, one.generation]), ...(budgets && { budgets: [...budgets] }) });
    return this.parts.jobs.submit({ tenant, kind: INGESTION, spec, total: documents.length });
  }
}

type Given = Pick<DocumentRecord, 'id' | 'title' | 'language' | 'metadata' | 'source'>;

function isSame(before: DocumentRecord, given: Given): boolean {
  return isDeepStrictEqual(told(before), told(given));
}

/** What its owner said of it, as a store gives it back. */
function told({ id, title, language, metadata, source: { file: _, content: __, ...source } }: Given): unknown {
  return JSON.parse(JSON.stringify({ id, title, language, metadata, source }));
}

function recordOf(scope: Scope, given: Given, before: DocumentRecord | undefined): DocumentRecord {
  const now = Date.now();
  return {
    ...scope, ...given, state: 'queued', createdAt: before?.createdAt ?? now, updatedAt: now,
    revision: (before?.revision ?? 0) + 1, generation: (before?.generation ?? 0) + 1,
    ...(before?.found && { found: before.found }),
  };
}

function accepted({ id, state, generation }: DocumentRecord): AcceptedDocument {
  return { id, state, generation, unchanged: state === 'ready' };
}
