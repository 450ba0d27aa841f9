import type { DocumentGeneration, IndexedPassage, Scope } from '@cortex/query';
import type { EntityManager } from 'typeorm';
import { binaryVectors, vectorAt } from './binary-vectors';
import { columnsOf } from './passage-rows';
import { findPlace, type Place, type Space } from './place';

const COLLECTION = 'INSERT INTO passage_collections (tenant, collection) VALUES ($1, $2) ON CONFLICT DO NOTHING';

const CLEAR = `DELETE FROM passage_documents AS kept USING unnest($3::text[], $4::integer[]) AS given (document, generation)
  WHERE kept.collection = $1 AND kept.tenant = $2 AND NOT kept.is_live AND (kept.document, kept.generation) = (given.document, given.generation)`;

const DOCUMENT = `INSERT INTO passage_documents (tenant, collection, document, generation) VALUES ($1, $2, $3, $4)
  ON CONFLICT (collection, document, generation) WHERE NOT is_live DO UPDATE SET generation = excluded.generation RETURNING id`;

const PASSAGES = `
  INSERT INTO passages (tenant, document, ordinal, start_at, end_at, pages, headings, tokens, text)
  SELECT $1, * FROM unnest($2::bigint[], $3::integer[], $4::integer[], $5::integer[], $6::json[], $7::json[], $8::integer[], $9::text[])
  ON CONFLICT (document, ordinal) DO UPDATE SET start_at = excluded.start_at, end_at = excluded.end_at,
    pages = excluded.pages, headings = excluded.headings, tokens = excluded.tokens, text = excluded.text
  RETURNING id, document, ordinal`;

const VECTORS = `INSERT INTO passage_vectors (passage, space, tenant, document, embedding)
  SELECT passage, $2, $1, document, ${vectorAt('$5', 'place', '$6::integer')} FROM unnest($3::bigint[], $4::bigint[]) WITH ORDINALITY AS given (passage, document, place)`;

/** A collection; made where it is absent. */
export async function writtenPlace(manager: EntityManager, scope: Scope): Promise<Place> {
  const before = await findPlace(manager, scope);
  if (before) return before;
  await manager.query(COLLECTION, [scope.tenant, scope.collection]);
  return (await findPlace(manager, scope))!;
}

/** The row of a generation that is being written; made where it is absent. */
export async function writtenDocument(manager: EntityManager, { tenant, id }: Place, { documentId, generation }: DocumentGeneration): Promise<string> {
  const [row] = (await manager.query(DOCUMENT, [tenant, id, documentId, generation])) as [{ id: string }];
  return row.id;
}

/** Removes what was written of these generations, and is not found. */
export async function clearWritten(manager: EntityManager, { tenant, id }: Place, generations: readonly DocumentGeneration[]): Promise<void> {
  await manager.query(CLEAR, [id, tenant, generations.map(({ documentId }) => documentId), generations.map(({ generation }) => generation)]);
}

/** A passage with its document's row. */
export interface WrittenPassage extends IndexedPassage {
  readonly document: string;
}

export interface Written {
  readonly tenant: string;
  readonly passages: readonly WrittenPassage[];
  readonly spaces: ReadonlyMap<string, Space>;
}

/** Puts passages and their vectors in the place of those with the same ordinals. */
export async function writePassages(manager: EntityManager, { tenant, passages, spaces }: Written): Promise<void> {
  const rows = (await manager.query(PASSAGES, [tenant, passages.map(({ document }) => document), ...columnsOf(passages)])) as { id: string; document: string; ordinal: number }[];
  const ids = new Map(rows.map(({ id, document, ordinal }) => [`${document}/${ordinal}`, id]));
  await manager.query('DELETE FROM passage_vectors WHERE passage = ANY ($1::bigint[]) AND tenant = $2', [[...ids.values()], tenant]);
  for (const [name, { id, width }] of spaces) {
    const having = passages.filter(({ vectors }) => Object.hasOwn(vectors, name));
    const [passage, document] = [having.map((one) => ids.get(`${one.document}/${one.ordinal}`)), having.map((one) => one.document)];
    await manager.query(VECTORS, [tenant, id, passage, document, binaryVectors(having.map(({ vectors }) => vectors[name]!)), width]);
  }
}
