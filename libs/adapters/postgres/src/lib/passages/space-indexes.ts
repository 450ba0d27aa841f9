import type { Database } from '../database/database';
import { reaching } from '../tenancy/tenancy';
import { isWorthAnIndex, type IndexType, type Place, type Space } from './place';
import { indexOf } from './vector-search';

/** What a build left behind that ended before its time. */
const UNFINISHED = `SELECT FROM pg_index AS i WHERE indexrelid = to_regclass($1) AND NOT indisvalid
  AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index AS p WHERE p.index_relid = i.indexrelid)`;
/** More numbers an HNSW index does not take; wider spaces are compared whole. */
const MOST_NUMBERS: Readonly<Record<IndexType, number>> = { halfvec: 4_000, vector: 2_000 };

/** In the embedded database 12,000 passages are put in less than half the time of pgvector's own choice (16, 64), and as many neighbours were found: searches keep a hundred candidates in hand. */
const SMALL_GRAPH = 'WITH (m = 8, ef_construction = 32)';

/** The index that each space has of its own, once it is worth it. */
export class SpaceIndexes {
  constructor(private readonly database: Database) {}

  /**
   * After vectors were written, `drafts` of them for passages that are not published. The embedded database has one session, which building over many
   * vectors would keep from everybody (half a minute for 27,000): there an index begins with the first of them that are worth it.
   */
  async keep(place: Place | undefined, spaces: Iterable<Space>, drafts = 0): Promise<void> {
    if (this.database.isEmbedded && isWorthAnIndex(place, drafts)) for (const space of spaces) await this.build(space);
  }

  /** Searches and writes go on meanwhile, on a server. Nothing is done where another process is at it. */
  async build(space: Space): Promise<void> {
    if (space.indexed !== null || space.width > MOST_NUMBERS[this.#type]) return;
    if (await this.#isUnfinished(space)) await this.drop(space);
    const { schema, isEmbedded } = this.database;
    const how = isEmbedded ? 'INDEX IF NOT EXISTS' : 'INDEX CONCURRENTLY IF NOT EXISTS';
    const vector = `(embedding::${this.#type}(${space.width})) ${this.#type}_cosine_ops`;
    await reaching(() => this.database.maintain(`CREATE ${how} ${indexOf(space)} ON "${schema}".passage_vectors USING hnsw (${vector}) ${isEmbedded ? SMALL_GRAPH : ''} WHERE space = ${space.id}`));
  }

  async drop(space: Pick<Space, 'id'>): Promise<void> {
    const { schema, isEmbedded } = this.database;
    await reaching(() => this.database.maintain(`DROP INDEX ${isEmbedded ? '' : 'CONCURRENTLY'} IF EXISTS "${schema}".${indexOf(space)}`));
  }

  /** WebAssembly does not know halves: an index of them takes five times as long. */
  get #type(): IndexType {
    return this.database.isEmbedded ? 'vector' : 'halfvec';
  }

  async #isUnfinished(space: Space): Promise<boolean> {
    const rows = (await reaching(() => this.database.use((manager) => manager.query(UNFINISHED, [`"${this.database.schema}".${indexOf(space)}`])))) as unknown[];
    return rows.length > 0;
  }
}
