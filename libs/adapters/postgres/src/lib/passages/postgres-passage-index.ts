import { PassageIndex, type DocumentGeneration, type FoundPassage, type IndexedPassage, type PassageRankings, type PassageSearch, type PublishedFacts, type Scope, type WholeDocument } from '@cortex/query';
import type { Database } from '../database/database';
import { Tenancy } from '../tenancy/tenancy';
import { PASSAGE, passageOf, type PassageRow } from './passage-rows';
import { Publication } from './publication';
import { Removal } from './removal';
import { Search } from './search';
import { SpaceIndexes } from './space-indexes';
import { putDocuments } from './whole-documents';
import { clearWritten, writePassages, writtenDocument, writtenPlace } from './written-passages';
import { writtenSpaces } from './written-spaces';

const READ = `SELECT ${PASSAGE} FROM passage_collections AS c JOIN passage_documents AS d ON d.collection = c.id JOIN passages AS p ON p.document = d.id
  WHERE c.tenant = $1 AND c.collection = $2 AND NOT c.is_removed AND d.is_live AND p.id = ANY ($3::bigint[])`;
const ID = /^\d{1,18}$/;

/** Passages as rows: texts, words (a tsvector, found by its index, scored by BM25) and vectors (found by HNSW, or compared all). */
export class PostgresPassageIndex extends PassageIndex {
  readonly #tenancy: Tenancy;
  readonly #indexes: SpaceIndexes;

  constructor(database: Database) {
    super();
    this.#tenancy = new Tenancy(database);
    this.#indexes = new SpaceIndexes(database);
  }

  async write(scope: Scope, generation: DocumentGeneration, passages: readonly IndexedPassage[]): Promise<void> {
    const { place, spaces } = await this.#tenancy.inside(scope.tenant, async (manager) => {
      const place = await writtenPlace(manager, scope);
      const written = await writtenSpaces(manager, place, passages.map(({ vectors }) => vectors));
      if (passages.some(({ ordinal }) => ordinal === 0)) await clearWritten(manager, place, [generation]);
      const document = await writtenDocument(manager, place, generation);
      await writePassages(manager, { tenant: scope.tenant, passages: passages.map((passage) => ({ ...passage, document })), spaces: written });
      return { place, spaces: written };
    });
    await this.#indexes.keep(place, spaces.values(), Math.max(0, ...passages.map(({ ordinal }) => ordinal + 1)));
  }

  async put(scope: Scope, documents: readonly WholeDocument[]): Promise<void> {
    const { place, spaces } = await this.#tenancy.inside(scope.tenant, async (manager) => {
      const place = await writtenPlace(manager, scope);
      const written = await writtenSpaces(manager, place, documents.flatMap(({ passages }) => passages.map(({ vectors }) => vectors)));
      await putDocuments(manager, place, { documents, spaces: written });
      return { place, spaces: written };
    });
    await this.#indexes.keep(place, spaces.values());
  }

  publish(scope: Scope, generation: DocumentGeneration, about: PublishedFacts): Promise<void> {
    return new Publication(this.#tenancy, scope, generation).publish(about);
  }

  remove(scope: Scope, documentIds?: readonly string[]): Promise<void> {
    const removal = new Removal(this.#tenancy, scope);
    return documentIds ? removal.removeDocuments(documentIds) : removal.removeAll();
  }

  search(scope: Scope, search: PassageSearch): Promise<PassageRankings> {
    return new Search(this.#tenancy, scope, search).run();
  }

  read({ tenant, collection }: Scope, ids: readonly string[]): Promise<FoundPassage[]> {
    return this.#tenancy.inside(tenant, async (manager) => {
      const rows = (await manager.query(READ, [tenant, collection, ids.filter((id) => ID.test(id))])) as PassageRow[];
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.flatMap((id) => byId.get(id) ?? []).map(passageOf);
    });
  }
}
