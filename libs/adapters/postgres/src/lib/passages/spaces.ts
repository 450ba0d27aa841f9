import { VectorWidthError, type IndexedPassage } from '@cortex/query';
import type { Database } from '../database/database';
import { reaching, Tenancy } from '../tenancy/tenancy';
import { findSpace, type Place, type Space } from './place';
import { indexOf } from './vector-search';

const MAKE = `INSERT INTO passage_spaces (tenant, collection, name, width) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;
/** What a build left behind that ended before its time. */
const UNFINISHED = `SELECT FROM pg_index AS i WHERE indexrelid = to_regclass($1) AND NOT indisvalid
  AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index AS p WHERE p.index_relid = i.indexrelid)`;
/** More numbers than an HNSW index takes; wider spaces are compared whole. */
const MOST_INDEXED = 4_000;

/** The spaces of vectors, each with an index of its own once it is worth it. */
export class Spaces {
  readonly #tenancy: Tenancy;

  constructor(private readonly database: Database) {
    this.#tenancy = new Tenancy(database);
  }

  /** The spaces of these passages' vectors, by name; made where they are absent. @throws VectorWidthError */
  async forVectors(place: Pick<Place, 'tenant' | 'id'>, passages: readonly Pick<IndexedPassage, 'vectors'>[]): Promise<ReadonlyMap<string, Space>> {
    const spaces = new Map<string, Space>();
    for (const { vectors } of passages) {
      for (const [name, vector] of Object.entries(vectors)) {
        const space = spaces.get(name) ?? (await this.#make(place, name, vector.length));
        if (space.width !== vector.length) throw new VectorWidthError(vector.length, space.width);
        spaces.set(name, space);
      }
    }
    return spaces;
  }

  /** Builds the index; searches and writes go on meanwhile, on a server. Nothing is done where another process is at it. */
  async index(space: Space): Promise<void> {
    if (space.isIndexed || space.width > MOST_INDEXED) return;
    if (await this.#isUnfinished(space)) await this.dropIndex(space);
    const { schema, isEmbedded } = this.database;
    const how = isEmbedded ? 'INDEX IF NOT EXISTS' : 'INDEX CONCURRENTLY IF NOT EXISTS';
    const vector = `(embedding::halfvec(${space.width})) halfvec_cosine_ops`;
    await reaching(() => this.database.maintain(`CREATE ${how} ${indexOf(space)} ON "${schema}".passage_vectors USING hnsw (${vector}) WHERE space = ${space.id}`));
  }

  async dropIndex(space: Pick<Space, 'id'>): Promise<void> {
    const { schema, isEmbedded } = this.database;
    await reaching(() => this.database.maintain(`DROP INDEX ${isEmbedded ? '' : 'CONCURRENTLY'} IF EXISTS "${schema}".${indexOf(space)}`));
  }

  async #isUnfinished(space: Space): Promise<boolean> {
    const rows = (await reaching(() => this.database.use((manager) => manager.query(UNFINISHED, [`"${this.database.schema}".${indexOf(space)}`])))) as unknown[];
    return rows.length > 0;
  }

  async #make(place: Pick<Place, 'tenant' | 'id'>, name: string, width: number): Promise<Space> {
    const space = await this.#tenancy.inside(place.tenant, async (manager) => {
      await manager.query(MAKE, [place.tenant, place.id, name, width]);
      return findSpace(manager, place as Place, name);
    });
    // Built at once over many vectors it would keep everybody waiting: there is one session.
    if (this.database.isEmbedded) await this.index(space!);
    return space!;
  }
}
