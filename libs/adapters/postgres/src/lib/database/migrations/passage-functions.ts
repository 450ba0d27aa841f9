/** PostgreSQL keeps no more places of a word in a text. */
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

/** What statements about passages call, and the one way into the index of their words. */
export const PASSAGE_FUNCTIONS = `
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
