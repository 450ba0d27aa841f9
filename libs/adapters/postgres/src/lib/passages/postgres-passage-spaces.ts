import { PassageSpaces, type FoundPassage, type Scope } from '@cortex/query';
import { fromSql } from 'pgvector';
import type { Database } from '../database/database';
import { Tenancy } from '../tenancy/tenancy';
import { binaryVectors, vectorAt } from './binary-vectors';
import { PASSAGE, passageOf, type PassageRow } from './passage-rows';
import { findPlace, findSpace, isWorthAnIndex, type Place, type Space } from './place';
import { SpaceIndexes } from './space-indexes';
import { writtenSpaces } from './written-spaces';

const LACKING = `SELECT ${PASSAGE} FROM passage_documents AS d JOIN passages AS p ON p.document = d.id
  WHERE d.collection = $1 AND d.tenant = $2 AND d.is_live AND NOT EXISTS (SELECT FROM passage_vectors WHERE passage = p.id AND space = $3) ORDER BY p.id LIMIT $4`;

/** Documents are held, so that none of them goes meanwhile. */
const STORE = `INSERT INTO passage_vectors (passage, space, tenant, document, embedding)
  SELECT p.id, $1, $2, p.document, ${vectorAt('$5', 'given.place', '$6::integer')} FROM unnest($4::bigint[]) WITH ORDINALITY AS given (passage, place)
  JOIN passages AS p ON p.id = given.passage JOIN passage_documents AS d ON d.id = p.document AND d.collection = $3 AND d.tenant = $2 FOR KEY SHARE OF d
  ON CONFLICT (passage, space) DO UPDATE SET embedding = excluded.embedding`;

const READ = 'SELECT passage AS id, embedding::text AS vector FROM passage_vectors WHERE space = $1 AND tenant = $2 AND passage = ANY ($3::bigint[])';

/** Vectors that go in one transaction. */
const PORTION = 5_000;
const SOME = `DELETE FROM passage_vectors WHERE (passage, space) IN (SELECT passage, space FROM passage_vectors WHERE space = $1 AND tenant = $2 LIMIT ${PORTION})`;
const ID = /^\d{1,18}$/;

/** The spaces of a PostgresPassageIndex in the same database. */
export class PostgresPassageSpaces extends PassageSpaces {
  readonly #tenancy: Tenancy;
  readonly #indexes: SpaceIndexes;

  constructor(database: Database) {
    super();
    this.#tenancy = new Tenancy(database);
    this.#indexes = new SpaceIndexes(database);
  }

  count(scope: Scope): Promise<number> {
    return this.#tenancy.inside(scope.tenant, async (manager) => (await findPlace(manager, scope))?.passages ?? 0);
  }

  lacking(scope: Scope, name: string, limit: number): Promise<FoundPassage[]> {
    return this.#tenancy.inside(scope.tenant, async (manager) => {
      const place = await findPlace(manager, scope);
      if (!place) return [];
      const space = await findSpace(manager, place, name);
      return ((await manager.query(LACKING, [place.id, scope.tenant, space?.id ?? 0, limit])) as PassageRow[]).map(passageOf);
    });
  }

  async store(scope: Scope, name: string, vectors: ReadonlyMap<string, Float32Array>): Promise<void> {
    const given = [...vectors].filter(([id]) => ID.test(id));
    const columns = [given.map(([id]) => id), binaryVectors(given.map(([, vector]) => vector))];
    const { place, spaces } = await this.#tenancy.inside(scope.tenant, async (manager) => {
      const place = await findPlace(manager, scope);
      const written = place ? await writtenSpaces(manager, place, [...vectors.values()].map((vector) => ({ [name]: vector }))) : new Map<string, Space>();
      for (const space of written.values()) await manager.query(STORE, [space.id, scope.tenant, place!.id, ...columns, space.width]);
      return { place, spaces: written };
    });
    await this.#indexes.keep(place, spaces.values());
  }

  async read(scope: Scope, name: string, ids: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    const found = await this.#space(scope, name);
    if (!found) return new Map();
    const values = [found.space.id, scope.tenant, ids.filter((id) => ID.test(id))];
    const rows = (await this.#tenancy.inside(scope.tenant, (manager) => manager.query(READ, values))) as { id: string; vector: string }[];
    return new Map(rows.map(({ id, vector }) => [id, Float32Array.from(fromSql(vector) as number[])]));
  }

  async settle(scope: Scope, name: string): Promise<void> {
    const found = await this.#space(scope, name);
    if (found && isWorthAnIndex(found.place)) await this.#indexes.build(found.space);
  }

  /** Its index first, which is most of it. */
  async drop(scope: Scope, name: string): Promise<void> {
    const found = await this.#space(scope, name);
    if (!found) return;
    const values = [found.space.id, scope.tenant];
    await this.#indexes.drop(found.space);
    for (let left = PORTION; left === PORTION; ) left = await this.#tenancy.inside(scope.tenant, async (manager) => ((await manager.query(SOME, values)) as [unknown, number])[1]);
    await this.#tenancy.inside(scope.tenant, (manager) => manager.query('DELETE FROM passage_spaces WHERE id = $1 AND tenant = $2', values));
  }

  #space(scope: Scope, name: string): Promise<{ place: Place; space: Space } | undefined> {
    return this.#tenancy.inside(scope.tenant, async (manager) => {
      const place = await findPlace(manager, scope);
      const space = place && (await findSpace(manager, place, name));
      return space && { place, space };
    });
  }
}
