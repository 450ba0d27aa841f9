import type { DocumentFacts } from '@cortex/query';
import type { EntityManager } from 'typeorm';
import { storedText } from './stored-text';
import { textSearchConfig } from './text-search-config';

/** Passages whose words are read by one statement. */
const PORTION = 500;

const FACTS = `UPDATE passage_documents SET title = $3, language = $4, metadata = $5,
  passages = (SELECT count(*) FROM passages WHERE document = $1 AND tenant = $2) WHERE id = $1 AND tenant = $2`;

/** A title counts twice. */
const TEXT = `concat_ws(' ', d.title, d.title, (SELECT string_agg(heading, ' ') FROM json_array_elements_text(p.headings) AS heading), p.text)`;

/** The mark keeps a search in its collection. */
const KEEP = `INSERT INTO passage_words (passage, tenant, collection, document, length, words)
  SELECT id, $2, collection, document, (SELECT coalesce(sum(cardinality(positions)), 0) FROM unnest(words)), words || array_to_tsvector(ARRAY[collection_mark(collection)]) FROM given
  ON CONFLICT (passage) DO UPDATE SET length = excluded.length, words = excluded.words`;

/** The document is held: a later generation may take it away meanwhile, and then there is nothing to read. */
const WORDS = `
  WITH given AS (
    SELECT p.id, p.ordinal, p.document, d.collection, words_of($4, ${TEXT}) AS words
    FROM passages AS p JOIN passage_documents AS d ON d.id = p.document
    WHERE p.document = $1 AND p.tenant = $2 AND p.ordinal > $3 ORDER BY p.ordinal LIMIT ${PORTION} FOR KEY SHARE OF d
  ), kept AS (${KEEP})
  SELECT max(ordinal) AS last, count(*)::integer AS count FROM given`;

const WORDS_OF = `
  WITH given AS MATERIALIZED (
    SELECT p.id, p.document, d.collection, words_of(read.config, ${TEXT}) AS words
    FROM unnest($1::bigint[], $3::text[]) AS read (document, config) JOIN passage_documents AS d ON d.id = read.document JOIN passages AS p ON p.document = d.id AND p.tenant = $2
  ) ${KEEP}`;

export interface Described {
  readonly tenant: string;
  readonly document: string;
  readonly facts: DocumentFacts;
}

export async function describeDocument(manager: EntityManager, { tenant, document, facts: { title, language, metadata } }: Described): Promise<void> {
  await manager.query(FACTS, [document, tenant, title === undefined ? null : storedText(title), language, JSON.stringify(metadata)]);
}

/** Reads the words of whole documents. */
export async function readWordsOf(manager: EntityManager, tenant: string, documents: readonly { readonly document: string; readonly language: string | undefined }[]): Promise<void> {
  await manager.query(WORDS_OF, [documents.map(({ document }) => document), tenant, documents.map(({ language }) => textSearchConfig(language))]);
}

/** Reads the words of the passages after an ordinal. Gives the last one's, where there may be more behind it. */
export async function readWords(manager: EntityManager, { tenant, document, facts }: Described, after: number): Promise<number | undefined> {
  const [row] = (await manager.query(WORDS, [document, tenant, after, textSearchConfig(facts.language)])) as [{ last: number; count: number }];
  return row.count < PORTION ? undefined : row.last;
}
