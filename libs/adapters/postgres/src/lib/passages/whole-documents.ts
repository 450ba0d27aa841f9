import type { WholeDocument } from '@cortex/query';
import type { EntityManager } from 'typeorm';
import { exchange, type Draft } from './exchange';
import type { Place, Space } from './place';
import { readWordsOf } from './published-document';
import { storedText } from './stored-text';
import { clearWritten, writePassages } from './written-passages';

const DOCUMENTS = `
  INSERT INTO passage_documents (tenant, collection, document, generation, passages, title, language, metadata)
  SELECT $1, $2, * FROM unnest($3::text[], $4::integer[], $5::integer[], $6::text[], $7::text[], $8::jsonb[])
  ON CONFLICT (collection, document, generation) WHERE NOT is_live
  DO UPDATE SET passages = excluded.passages, title = excluded.title, language = excluded.language, metadata = excluded.metadata
  RETURNING id, document AS "documentId", generation`;

/** Documents written, their words read, and published, in the transaction of `manager`. In the order of their ids, so that two of these wait for each other in turn. */
export async function putDocuments(manager: EntityManager, place: Place, { documents, spaces }: { readonly documents: readonly WholeDocument[]; readonly spaces: ReadonlyMap<string, Space> }): Promise<void> {
  const { tenant } = place;
  const ordered = [...documents].sort((one, other) => (one.documentId < other.documentId ? -1 : 1));
  await clearWritten(manager, place, ordered);
  const drafts = await writtenDrafts(manager, place, ordered);
  const byId = new Map(drafts.map((draft) => [draft.documentId, draft.id]));
  await writePassages(manager, { tenant, spaces, passages: ordered.flatMap(({ documentId, passages }) => passages.map((passage) => ({ ...passage, document: byId.get(documentId)! }))) });
  await readWordsOf(manager, tenant, ordered.map(({ documentId, facts }) => ({ document: byId.get(documentId)!, language: facts.language })));
  await exchange(manager, place, drafts);
}

async function writtenDrafts(manager: EntityManager, { id, tenant }: Place, documents: readonly WholeDocument[]): Promise<Draft[]> {
  const which = [documents.map(({ documentId }) => documentId), documents.map(({ generation }) => generation)];
  const titles = documents.map(({ facts: { title } }) => title !== undefined ? storedText(title) : null);
  const languages = documents.map(({ facts: { language = null } }) => language);
  const metadata = documents.map(({ facts }) => JSON.stringify(facts.metadata));
  return (await manager.query(DOCUMENTS, [tenant, id, ...which, documents.map(({ passages }) => passages.length), titles, languages, metadata])) as Draft[];
}
