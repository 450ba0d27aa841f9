import type { MigrationInterface, QueryRunner } from 'typeorm';
import { PASSAGE_FUNCTIONS } from './passage-functions';
import { enterSchema } from './schema';

const TABLES = `
  CREATE TABLE passage_collections (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    collection text COLLATE "C" NOT NULL,
    -- Of the documents that are found: how many passages, and words in them.
    passages bigint NOT NULL DEFAULT 0,
    words bigint NOT NULL DEFAULT 0,
    -- Nobody finds it any more; what is left of it goes bit by bit.
    is_removed boolean NOT NULL DEFAULT false
  );
  CREATE UNIQUE INDEX passage_collections_name ON passage_collections (tenant, collection) WHERE NOT is_removed;

  -- A generation of a document: written until it is live.
  CREATE TABLE passage_documents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    collection integer NOT NULL REFERENCES passage_collections ON DELETE CASCADE,
    document text COLLATE "C" NOT NULL,
    generation integer NOT NULL,
    is_live boolean NOT NULL DEFAULT false,
    passages integer NOT NULL DEFAULT 0,
    title text,
    language text,
    metadata jsonb NOT NULL DEFAULT '{}'
  );
  CREATE UNIQUE INDEX passage_documents_live ON passage_documents (collection, document) WHERE is_live;
  CREATE UNIQUE INDEX passage_documents_written ON passage_documents (collection, document, generation) WHERE NOT is_live;

  CREATE TABLE passages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    document bigint NOT NULL REFERENCES passage_documents ON DELETE CASCADE,
    ordinal integer NOT NULL,
    start_at integer NOT NULL,
    end_at integer NOT NULL,
    -- Where pages begin; null where the document has none.
    pages json,
    headings json NOT NULL,
    tokens integer NOT NULL,
    text text NOT NULL,
    UNIQUE (document, ordinal)
  );

  -- Apart from the texts, so that what is ranked stays small. Rows are of live documents, or about to be.
  CREATE TABLE passage_words (
    passage bigint PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    collection integer NOT NULL,
    document bigint NOT NULL REFERENCES passage_documents ON DELETE CASCADE,
    -- Words with their repetitions, without stop words.
    length integer NOT NULL,
    words tsvector NOT NULL
  );
  CREATE INDEX passage_words_document ON passage_words (document);
  -- A list of what is new that stays short: every search reads it to its end.
  CREATE INDEX passage_words_words ON passage_words USING gin (words) WITH (gin_pending_list_limit = 256);

  -- In how many passages of live documents a word stands.
  CREATE TABLE passage_lexemes (
    collection integer NOT NULL REFERENCES passage_collections ON DELETE CASCADE,
    tenant text COLLATE "C" NOT NULL,
    lexeme text COLLATE "C" NOT NULL,
    passages integer NOT NULL,
    PRIMARY KEY (collection, lexeme)
  ) WITH (fillfactor = 70);

  CREATE TABLE passage_spaces (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant text COLLATE "C" NOT NULL,
    collection integer NOT NULL REFERENCES passage_collections ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    width integer NOT NULL,
    UNIQUE (collection, name)
  );

  CREATE TABLE passage_vectors (
    passage bigint NOT NULL,
    space integer NOT NULL REFERENCES passage_spaces ON DELETE CASCADE,
    tenant text COLLATE "C" NOT NULL,
    document bigint NOT NULL REFERENCES passage_documents ON DELETE CASCADE,
    embedding halfvec NOT NULL,
    PRIMARY KEY (passage, space)
  );
  CREATE INDEX passage_vectors_document ON passage_vectors (document, space);

  -- Rows of up to 8 kB stay whole: a ranking reads them all.
  ALTER TABLE passage_words SET (toast_tuple_target = 8160);
  ALTER TABLE passage_vectors SET (toast_tuple_target = 8160);
`;

/** What is searched: passages with their words and vectors, and what BM25 must know of all of them. */
export class Passages1795737600002 implements MigrationInterface {
  readonly name = 'Passages1795737600002';

  async up(runner: QueryRunner): Promise<void> {
    await enterSchema(runner);
    await runner.query(TABLES);
    await runner.query(PASSAGE_FUNCTIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await enterSchema(runner);
    await runner.query(`
      DROP FUNCTION passages_with, bm25, collection_mark, any_of, words_of;
      DROP TABLE passage_vectors, passage_spaces, passage_lexemes, passage_words, passages, passage_documents, passage_collections;
    `);
  }
}
