import { quote } from '@cortex/kernel';
import { z } from 'zod';
import { parseMetadata, type Metadata, type MetadataSchema } from '../filters/metadata';
import { InvalidCollectionError } from '../query.errors';

const MAX_ID = 256;
const MAX_TITLE = 500;

/** A document that shall be in a collection. */
export interface DocumentOrder {
  /** Unique in its collection: it replaces the one before. Letters of any script, no control characters. */
  readonly id: string;
  readonly mediaType: string;
  readonly charset?: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Default as the document says. */
  readonly title?: string;
  /** ISO 639-1. Default as its text is. */
  readonly language?: string;
  readonly metadata?: unknown;
}

const orderSchema = z.object({
  id: z.string().min(1).max(MAX_ID).regex(/^[^\p{C}]+$/u, 'expected no control characters'),
  title: z.string().max(MAX_TITLE).optional(),
  language: z.string().regex(/^[a-z]{2,3}$/, 'expected ISO 639-1, such as en').optional(),
});

/** What is said of a document, checked. @throws InvalidCollectionError, InvalidMetadataError */
export function parsedOrder(order: Omit<DocumentOrder, 'bytes'>, schema: MetadataSchema | undefined): z.output<typeof orderSchema> & { readonly metadata: Metadata } {
  const parsed = orderSchema.safeParse(order);
  if (parsed.success) return { ...parsed.data, metadata: parseMetadata(order.metadata ?? {}, schema) };
  const { path, message } = parsed.error.issues[0]!;
  throw new InvalidCollectionError(path.join('.'), `${message} (document ${quote(order.id)})`);
}
