import type { EntityManager } from 'typeorm';
import { KeptStatistics } from './kept-statistics';
import type { Place } from './place';

/** A generation that is written. */
export interface Draft {
  readonly id: string;
  readonly documentId: string;
  readonly generation: number;
}

const AS_THEY_ARE = `SELECT id, document, generation, is_live AS "isLive" FROM passage_documents
  WHERE collection = $1 AND tenant = $2 AND document = ANY ($3) AND (is_live OR id = ANY ($4::bigint[]))`;
const OUTDATED = 'DELETE FROM passage_documents WHERE id = ANY ($1::bigint[]) AND tenant = $2';
const EARLIER = `DELETE FROM passage_documents AS kept USING unnest($3::text[], $4::integer[]) AS given (document, generation)
  WHERE kept.collection = $1 AND kept.tenant = $2 AND kept.document = given.document AND (kept.is_live OR kept.generation < given.generation)`;
const ENLIVEN = 'UPDATE passage_documents SET is_live = true WHERE id = ANY ($1::bigint[]) AND tenant = $2';

/** Makes drafts, whose words were read, what is found of their documents. Another may have published meanwhile: a later generation stays. */
export async function exchange(manager: EntityManager, place: Place, drafts: readonly Draft[]): Promise<void> {
  const { id, tenant } = place;
  const statistics = await KeptStatistics.held(manager, place);
  if (!statistics) return;
  const rows = (await manager.query(AS_THEY_ARE, [id, tenant, drafts.map(({ documentId }) => documentId), drafts.map((draft) => draft.id)])) as Row[];
  const live = new Map(rows.filter(({ isLive }) => isLive).map((row) => [row.document, row]));
  const there = drafts.filter((draft) => rows.some((row) => row.id === draft.id && !row.isLive));
  const outdated = there.filter(({ documentId, generation }) => (live.get(documentId)?.generation ?? 0) > generation);
  const fresh = there.filter((draft) => !outdated.includes(draft));
  if (outdated.length > 0) await manager.query(OUTDATED, [outdated.map((draft) => draft.id), tenant]);
  if (fresh.length === 0) return;
  await statistics.take(fresh.flatMap(({ documentId }) => live.get(documentId)?.id ?? []));
  await manager.query(EARLIER, [id, tenant, fresh.map(({ documentId }) => documentId), fresh.map(({ generation }) => generation)]);
  await manager.query(ENLIVEN, [fresh.map((draft) => draft.id), tenant]);
  await statistics.add(fresh.map((draft) => draft.id));
}

interface Row {
  readonly id: string;
  readonly document: string;
  readonly generation: number;
  readonly isLive: boolean;
}
