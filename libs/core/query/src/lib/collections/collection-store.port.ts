import type { CollectionRecord } from './collection-record';
import type { Scope } from './scope';

/** Port: collections that outlive the process. Everything throws QueryStoreUnavailableError where it cannot be reached. Deliberately not in it: documents, passages, any rule. */
export abstract class CollectionStore {
  /** @throws CollectionExistsError */
  abstract insert(record: CollectionRecord): Promise<void>;
  abstract find(scope: Scope): Promise<CollectionRecord | undefined>;
  /** A tenant's, by name; without a tenant everybody's. */
  abstract list(tenant?: string): Promise<CollectionRecord[]>;
  /** Replaces the revision before this one's. @throws CollectionConflictError where another is stored, or none */
  abstract replace(record: CollectionRecord): Promise<void>;
  /** One that is absent already is no mistake. */
  abstract remove(scope: Scope): Promise<void>;
}
