import type { Scope } from '../collections/scope';
import type { Filter } from '../filters/filter';
import type { DocumentRecord, DocumentState } from './document-record';

export interface DocumentFilter {
  readonly state?: DocumentState;
  /** On their metadata. */
  readonly filter?: Filter;
  /** Ids above it, by code point. */
  readonly after?: string;
  readonly limit: number;
}

/** Port: what is known of documents, without their passages, and without their bytes unless those are short. Everything throws QueryStoreUnavailableError where it cannot be reached. */
export abstract class DocumentStore {
  abstract find(scope: Scope, ids: readonly string[]): Promise<DocumentRecord[]>;
  /** In the order of their ids by code point. */
  abstract list(scope: Scope, filter: DocumentFilter): Promise<DocumentRecord[]>;
  /** How many of each state there are; states without one are absent. */
  abstract count(scope: Scope): Promise<Partial<Record<DocumentState, number>>>;
  /** Stores records of revision 1 that were absent, and of others those whose revision before is stored. Returns the ids of those that were not stored. */
  abstract store(records: readonly DocumentRecord[]): Promise<string[]>;
  /** Without ids the whole collection's. One that is absent is no mistake. */
  abstract remove(scope: Scope, ids?: readonly string[]): Promise<void>;
}
