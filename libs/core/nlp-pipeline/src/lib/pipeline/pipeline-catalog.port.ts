import type { PipelineRecord } from './pipeline-record';

/** Where pipelines are kept, one record a name. Not in it: what the definitions mean; records come checked and are given back as they came. All @throws PipelineCatalogUnavailableError. */
export abstract class PipelineCatalog {
  /** Sorted. */
  abstract names(): Promise<readonly string[]>;
  abstract find(name: string): Promise<PipelineRecord | undefined>;
  /** Keeps a record whose revision is one above the kept one (1 where none is). @throws PipelineConflictError otherwise */
  abstract store(record: PipelineRecord): Promise<void>;
  /** Forgets the record of this revision. @throws PipelineConflictError where another is kept */
  abstract remove(name: string, revision: number): Promise<void>;
}
