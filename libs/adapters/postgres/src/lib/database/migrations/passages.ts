import type { MigrationInterface, QueryRunner } from 'typeorm';
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
    first_page integer,
    last_page integer,
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

const STEPS = 255;

/** What ts_rank says of a word that stands once, twice, … : the sum of 1 / j², over pi² / 6; here the middle below each, as it counts in four bytes. */
function rankSteps(): string {
  let sum = 0;
  const steps = Array.from({ length: STEPS }, (_, place) => {
    const more = (place + 1) ** -2;
    sum += more;
    return (sum - more / 2) / 1.64493406685;
  });
  return steps.join(',');
}

const FUNCTIONS = `
  -- By one of PostgreSQL's text search configurations, or 'simple', which takes words as they are, where it is not installed. Of compounds,
  -- names of files and of hosts, which its parser sees around these characters, the parts count.
  CREATE FUNCTION words_of(config text, content text) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT to_tsvector(
      coalesce((SELECT oid::regconfig FROM pg_catalog.pg_ts_config WHERE cfgname = config AND cfgnamespace = 'pg_catalog'::regnamespace), 'pg_catalog.simple'::regconfig),
      translate(content, '-/.', '   ')
    )
  $$;

  -- Texts with any of these lexemes, whatever characters they are made of.
  CREATE FUNCTION any_of(lexemes text[]) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg('''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''', ' | ')::tsquery FROM unnest(lexemes) AS lexeme
  $$;

  -- A lexeme that no text has: it keeps a search in the common index within its collection.
  CREATE FUNCTION collection_mark(collection integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'in ' || collection $$;

  -- ts_rank of a single word tells how often it stands there, faster than unnest(words) does.
  CREATE FUNCTION bm25(words tsvector, asked tsquery[], weights double precision[], norm double precision) RETURNS double precision LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    score double precision := 0;
    times double precision;
  BEGIN
    FOR place IN 1 .. cardinality(asked) LOOP
      times := width_bucket(ts_rank('{1,1,1,1}', words, asked[place])::double precision, '{${rankSteps()}}'::double precision[]);
      score := score + weights[place] * times / (times + norm);
    END LOOP;
    RETURN score;
  END $$;

  -- The one way into the index of words: row-level security keeps every condition that might leak from an index, so this
  -- reads as a role of its own, and takes the tenant from the transaction.
  CREATE FUNCTION passages_with(place integer, asked tsquery, most integer) RETURNS SETOF passage_words LANGUAGE sql STABLE SECURITY DEFINER ROWS 2000 AS $$
    SELECT * FROM passage_words
    WHERE collection = place AND tenant = current_setting('cortex.tenant', true) AND words @@ (any_of(ARRAY[collection_mark(place)]) && asked)
    LIMIT most
  $$;
`;

/** What is searched: passages with their words and vectors, and what BM25 must know of all of them. */
export class Passages1795737600002 implements MigrationInterface {
  readonly name = 'Passages1795737600002';

  async up(runner: QueryRunner): Promise<void> {
    await enterSchema(runner);
    await runner.query(TABLES);
    await runner.query(FUNCTIONS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await enterSchema(runner);
    await runner.query(`
      DROP FUNCTION passages_with, bm25, collection_mark, any_of, words_of;
      DROP TABLE passage_vectors, passage_spaces, passage_lexemes, passage_words, passages, passage_documents, passage_collections;
    `);
  }
}
