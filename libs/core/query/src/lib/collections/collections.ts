import { randomUUID } from 'node:crypto';
import type { RequestContext } from '@cortex/kernel';
import { z } from 'zod';
import type { ChunkSizes } from '../chunking/chunker';
import { metadataSchemaSchema } from '../filters/metadata';
import { CollectionNotFoundError, InvalidCollectionError } from '../query.errors';
import type { Vectors } from '../spaces/vectors';
import type { CollectionRecord } from './collection-record';
import type { CollectionStore } from './collection-store.port';
import type { Contents } from './contents';
import type { Scope } from './scope';

/** Letters, digits, `_`, `-`, `.`, up to 64, a letter or digit first. */
const nameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected letters, digits, . _ - (64 at most, a letter or digit first)');

export const collectionOrderSchema = z.strictObject({
  description: z.string().max(1_000).optional(),
  /** Which metadata documents may have: a type by field. Without one any. */
  schema: metadataSchemaSchema.optional(),
  /** Embedding model, `name[@version|@alias][+variant]`. Default the default one. */
  model: z.string().optional(),
  /** ISO 639-1: of documents and queries that are too short to show theirs. Default `en`. */
  language: z.string().regex(/^[a-z]{2,3}$/, 'expected ISO 639-1, such as en').optional(),
  /** Sizes of passages in the model's tokens. Default 200 to 400, less where the model reads less. */
  chunks: z.strictObject({ minTokens: z.int().positive(), maxTokens: z.int().min(16) }).optional(),
});
export type CollectionOrder = z.output<typeof collectionOrderSchema>;

export interface CollectionsParts {
  readonly store: CollectionStore;
  readonly contents: Contents;
  readonly vectors: Vectors;
}

const CHUNKS: ChunkSizes = { minTokens: 200, maxTokens: 400 };

/** A tenant's collections, by name. */
export class Collections {
  constructor(private readonly parts: CollectionsParts) {}

  /** The model is asked once: what vectors it makes is the collection's from now on. @throws InvalidCollectionError, CollectionExistsError, and what the model throws */
  async create(scope: Scope, order: CollectionOrder, context: RequestContext): Promise<CollectionRecord> {
    const { description, schema, model, language = 'en', chunks = CHUNKS } = parsed(scope, order);
    const left = await this.parts.store.find(scope);
    if (left?.removedAt !== undefined) await this.#finishRemoval(left);
    const now = Date.now();
    const space = await this.parts.vectors.newSpace(model, 'serving', context);
    const record: CollectionRecord = {
      ...scope, id: randomUUID(), revision: 1, language, chunks, spaces: [space], createdAt: now, updatedAt: now,
      ...(description !== undefined && { description }), ...(schema && { schema }),
    };
    await this.parts.store.insert(record);
    return record;
  }

  /** @throws CollectionNotFoundError */
  async get(scope: Scope): Promise<CollectionRecord> {
    const record = await this.parts.store.find(scope);
    if (!record || record.removedAt !== undefined) throw new CollectionNotFoundError(scope.collection);
    return record;
  }

  /** By name. */
  async list(tenant: string): Promise<CollectionRecord[]> {
    return (await this.parts.store.list(tenant)).filter(({ removedAt }) => removedAt === undefined);
  }

  /** From the first step on nobody finds it; what a crash interrupts is finished by `finishRemovals`. @throws CollectionNotFoundError */
  async remove(scope: Scope): Promise<void> {
    const record = await this.get(scope);
    const leaving = { ...record, revision: record.revision + 1, removedAt: Date.now() };
    await this.parts.store.replace(leaving);
    await this.#finishRemoval(leaving);
  }

  /** Removes what is left of collections whose removal was interrupted. */
  async finishRemovals(): Promise<void> {
    for (const record of await this.parts.store.list()) if (record.removedAt !== undefined) await this.#finishRemoval(record);
  }

  async #finishRemoval(record: CollectionRecord): Promise<void> {
    await this.parts.contents.removeAll(record);
    await this.parts.store.remove(record);
  }
}

function parsed({ collection }: Scope, order: CollectionOrder): CollectionOrder {
  const name = nameSchema.safeParse(collection);
  if (!name.success) throw new InvalidCollectionError('name', name.error.issues[0]!.message);
  const { chunks } = order;
  if (chunks && chunks.minTokens > chunks.maxTokens) throw new InvalidCollectionError('chunks', 'expected minTokens of at most maxTokens');
  return order;
}
