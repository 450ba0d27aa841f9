import type { EntityManager } from 'typeorm';

/**
 * The collection's row is held until the transaction ends: who changes its statistics waits for the one before, so they are never wrong.
 * Its key is not, which every row written in the collection refers to: two that have written, and now wait for each other here, would wait for ever.
 */
const HOLD = 'SELECT id FROM passage_collections WHERE id = $1 AND NOT is_removed FOR NO KEY UPDATE';

const LEXEMES = `SELECT lexeme, count(*)::integer AS passages FROM passage_words, unnest(tsvector_to_array(words)) AS lexeme
  WHERE document = ANY ($2::bigint[]) AND lexeme <> collection_mark($1::integer) GROUP BY lexeme`;

const ADD_LEXEMES = `INSERT INTO passage_lexemes AS kept (collection, tenant, lexeme, passages) SELECT $1, $3, more.lexeme, more.passages FROM (${LEXEMES}) AS more
  ON CONFLICT (collection, lexeme) DO UPDATE SET passages = kept.passages + excluded.passages`;

const TAKE_LEXEMES = `
  WITH fewer AS (${LEXEMES}), gone AS (
    DELETE FROM passage_lexemes AS kept USING fewer WHERE kept.collection = $1 AND kept.tenant = $3 AND kept.lexeme = fewer.lexeme AND kept.passages <= fewer.passages
  )
  UPDATE passage_lexemes AS kept SET passages = kept.passages - fewer.passages FROM fewer
  WHERE kept.collection = $1 AND kept.tenant = $3 AND kept.lexeme = fewer.lexeme AND kept.passages > fewer.passages`;

const SIZES = `
  UPDATE passage_collections AS kept SET passages = kept.passages + $4 * counted.passages, words = kept.words + $4 * counted.words
  FROM (SELECT count(*) AS passages, coalesce(sum(length), 0) AS words FROM passage_words WHERE document = ANY ($2::bigint[])) AS counted
  WHERE id = $1 AND tenant = $3`;

/** What BM25 knows of a collection's live documents. */
export class KeptStatistics {
  private constructor(
    private readonly manager: EntityManager,
    private readonly place: { readonly tenant: string; readonly id: number },
  ) {}

  /** Alone until the transaction ends; undefined for a collection that is gone. */
  static async held(manager: EntityManager, place: { readonly tenant: string; readonly id: number }): Promise<KeptStatistics | undefined> {
    const rows = (await manager.query(HOLD, [place.id])) as unknown[];
    return rows.length > 0 ? new KeptStatistics(manager, place) : undefined;
  }

  /** Counts documents' words: they are live from now on. */
  add(documents: readonly string[]): Promise<void> {
    return this.#change(documents, ADD_LEXEMES, 1);
  }

  /** Before their words are gone or become others. */
  take(documents: readonly string[]): Promise<void> {
    return this.#change(documents, TAKE_LEXEMES, -1);
  }

  async #change(documents: readonly string[], lexemes: string, sign: 1 | -1): Promise<void> {
    if (documents.length === 0) return;
    const values = [this.place.id, documents, this.place.tenant];
    await this.manager.query(lexemes, values);
    await this.manager.query(SIZES, [...values, sign]);
  }
}
