import type { Scope } from '@cortex/query';
import type { EntityManager } from 'typeorm';
import type { Tenancy } from '../tenancy/tenancy';
import { KeptStatistics } from './kept-statistics';
import { findPlace } from './place';
import { SpaceIndexes } from './space-indexes';

/** Documents that go in one transaction. */
const PORTION = 100;

const LIVE = 'SELECT id FROM passage_documents WHERE collection = $1 AND tenant = $2 AND is_live AND document = ANY ($3)';
const DOCUMENTS = 'DELETE FROM passage_documents WHERE collection = $1 AND tenant = $2 AND document = ANY ($3)';
const HIDE = 'UPDATE passage_collections SET is_removed = true WHERE tenant = $1 AND collection = $2 AND NOT is_removed';
const HIDDEN = 'SELECT id FROM passage_collections WHERE tenant = $1 AND is_removed';
const SPACES = 'SELECT id FROM passage_spaces WHERE tenant = $1 AND collection = $2';
const SOME = `DELETE FROM passage_documents WHERE id IN (SELECT id FROM passage_documents WHERE collection = $1 AND tenant = $2 LIMIT ${PORTION}) RETURNING id`;
const REST = 'DELETE FROM passage_collections WHERE id = $1 AND tenant = $2';

/** Takes documents out of what is searched; a collection is hidden in one step, and goes portion by portion. */
export class Removal {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly scope: Scope,
  ) {}

  async removeDocuments(ids: readonly string[]): Promise<void> {
    const place = await this.#inside((manager) => findPlace(manager, this.scope));
    for (let from = 0; place && from < ids.length; from += PORTION) await this.#inside((manager) => this.#removeSome(manager, place.id, ids.slice(from, from + PORTION)));
  }

  /** Also what an earlier removal left that was interrupted. */
  async removeAll(): Promise<void> {
    const { tenant, collection } = this.scope;
    await this.#inside((manager) => manager.query(HIDE, [tenant, collection]));
    const hidden = (await this.#inside((manager) => manager.query(HIDDEN, [tenant]))) as { id: number }[];
    for (const { id } of hidden) await this.#sweep(id);
  }

  async #removeSome(manager: EntityManager, id: number, documentIds: readonly string[]): Promise<void> {
    const { tenant } = this.scope;
    const statistics = await KeptStatistics.held(manager, { tenant, id });
    const live = (await manager.query(LIVE, [id, tenant, documentIds])) as { id: string }[];
    await statistics?.take(live.map((row) => row.id));
    await manager.query(DOCUMENTS, [id, tenant, documentIds]);
  }

  async #sweep(id: number): Promise<void> {
    const { tenant } = this.scope;
    const spaces = (await this.#inside((manager) => manager.query(SPACES, [tenant, id]))) as { id: number }[];
    for (const space of spaces) await new SpaceIndexes(this.tenancy.database).drop(space);
    for (let left = PORTION; left === PORTION; ) left = await this.#inside(async (manager) => ((await manager.query(SOME, [id, tenant])) as [unknown[], number])[1]);
    await this.#inside((manager) => manager.query(REST, [id, tenant]));
  }

  #inside<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.tenancy.inside(this.scope.tenant, work);
  }
}
