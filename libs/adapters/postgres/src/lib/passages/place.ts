import type { Filter, Scope } from '@cortex/query';
import type { EntityManager } from 'typeorm';
import { conditionOf } from './condition';
import { Parameters } from './parameters';

/** A filter that lets through so little is answered from its documents, without an index. */
const FEW_DOCUMENTS = 2_000;
const FEW_PASSAGES = 5_000;

/** In a smaller collection comparing all is as fast. */
export const EXACT_PASSAGES = 5_000;

/** A collection as it is searched. */
export interface Place {
  readonly tenant: string;
  readonly id: number;
  /** Of published documents: passages, and words in all of them. */
  readonly passages: number;
  readonly words: number;
}

/** In halves an index is half as large, and as fast where the processor knows halves. */
export type IndexType = 'halfvec' | 'vector';

export interface Space {
  readonly id: number;
  readonly width: number;
  /** The type of number that its index compares; null while that is not there, or not whole. */
  readonly indexed: IndexType | null;
}

const PLACE = `SELECT id, passages::float8, words::float8 FROM passage_collections WHERE tenant = $1 AND collection = $2 AND NOT is_removed`;

const SPACE = `
  SELECT id, width, (
    SELECT split_part(opcname, '_', 1) FROM pg_index JOIN pg_opclass ON pg_opclass.oid = indclass[0]
    WHERE indexrelid = to_regclass('passage_vectors_space_' || space.id) AND indisvalid
  ) AS indexed
  FROM passage_spaces AS space WHERE tenant = $1 AND collection = $2 AND name = $3`;

/** With so many more passages than are published. */
export function isWorthAnIndex(place: Place | undefined, more = 0): boolean {
  return place !== undefined && place.passages + more > EXACT_PASSAGES;
}

export async function findPlace(manager: EntityManager, { tenant, collection }: Scope): Promise<Place | undefined> {
  const [row] = (await manager.query(PLACE, [tenant, collection])) as Omit<Place, 'tenant'>[];
  return row && { ...row, tenant };
}

export async function findSpace(manager: EntityManager, { tenant, id }: Place, name: string): Promise<Space | undefined> {
  const [row] = (await manager.query(SPACE, [tenant, id, name])) as Space[];
  return row;
}

/** The documents that a filter lets through, where they are few. */
export async function fewDocuments(manager: EntityManager, { tenant, id }: Place, filter: Filter): Promise<readonly string[] | undefined> {
  const parameters = new Parameters();
  const [collection, owner] = [parameters.bind(id), parameters.bind(tenant)];
  const statement = `SELECT id, passages FROM passage_documents
    WHERE collection = ${collection} AND tenant = ${owner} AND is_live AND ${conditionOf(filter, parameters)} LIMIT ${FEW_DOCUMENTS + 1}`;
  const rows = (await manager.query(statement, parameters.values)) as { id: string; passages: number }[];
  const passages = rows.reduce((sum, row) => sum + row.passages, 0);
  return rows.length <= FEW_DOCUMENTS && passages <= FEW_PASSAGES ? rows.map((row) => row.id) : undefined;
}
