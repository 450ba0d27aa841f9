import type { SearchedRanking } from '@cortex/query';
import { toSql } from 'pgvector';
import type { EntityManager } from 'typeorm';
import { isAmong, type Among } from './among';
import { Parameters } from './parameters';
import { isWorthAnIndex, type Space } from './place';
import { rankingOf, type RankedRow } from './ranked';

/** Candidates that the index keeps in hand: more find truer neighbours, more slowly. */
const CANDIDATES = 100;
const MOST_CANDIDATES = 1_000;

/** Plans that would sort are left to the exact search: through its index a space gives its vectors in order, and more of them where a filter leaves too few. */
const SETTINGS = `SELECT set_config('hnsw.iterative_scan', 'strict_order', true), set_config('enable_sort', 'off', true), set_config('hnsw.ef_search', $1, true)`;

export interface Nearby {
  readonly space: Space;
  readonly values: Float32Array;
  readonly exactly?: boolean;
  readonly limit: number;
}

/** The nearest passages, through the index where it is worth it; what that does not find, an exact search does. */
export async function nearest(manager: EntityManager, among: Among, nearby: Nearby): Promise<SearchedRanking> {
  const byIndex = !nearby.exactly && nearby.space.indexed !== null && !among.few && isWorthAnIndex(among.place);
  const rows = byIndex ? await throughIndex(manager, among, nearby) : [];
  return rows.length >= Math.max(1, nearby.limit) ? rankingOf(rows, false) : rankingOf(await comparingAll(manager, among, nearby), true);
}

async function throughIndex(manager: EntityManager, among: Among, { space, values, limit }: Nearby): Promise<RankedRow[]> {
  await manager.query(SETTINGS, [String(Math.min(MOST_CANDIDATES, Math.max(CANDIDATES, 2 * limit)))]);
  const parameters = new Parameters();
  const distance = distanceIn(space, parameters.bind(vectorText(values)));
  const rows = await manager.query(
    `SELECT passage AS id, 1 - (${distance}) AS score, pg_stat_get_xact_tuples_returned(to_regclass('${indexOf(space)}'))::integer AS scanned
     FROM passage_vectors WHERE space = ${space.id} AND tenant = ${parameters.bind(among.place.tenant)} AND ${isAmong(among, parameters)}
     ORDER BY ${distance} LIMIT ${parameters.bind(limit)}`,
    parameters.values,
  );
  await manager.query(`SELECT set_config('enable_sort', 'on', true)`);
  return rows as RankedRow[];
}

/** Without the cast to its width a distance does not belong to the index. */
async function comparingAll(manager: EntityManager, among: Among, { space, values, limit }: Nearby): Promise<RankedRow[]> {
  const parameters = new Parameters();
  const rows = await manager.query(
    `SELECT id, 1 - distance AS score, count(*) OVER ()::integer AS scanned FROM (
       SELECT passage AS id, embedding <=> ${parameters.bind(vectorText(values))}::halfvec AS distance
       FROM passage_vectors WHERE space = ${parameters.bind(space.id)} AND tenant = ${parameters.bind(among.place.tenant)} AND ${isAmong(among, parameters)} OFFSET 0
     ) AS compared ORDER BY distance, id LIMIT ${parameters.bind(limit)}`,
    parameters.values,
  );
  return rows as RankedRow[];
}

/** The index's own expression: type and width are the database's. */
function distanceIn({ indexed, width }: Space, vector: string): string {
  return `embedding::${indexed}(${width}) <=> ${vector}::${indexed}(${width})`;
}

export function indexOf({ id }: Pick<Space, 'id'>): string {
  return `passage_vectors_space_${id}`;
}

function vectorText(values: Float32Array): string {
  return toSql(Array.from(values)) as string;
}
