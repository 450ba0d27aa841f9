import { PipelineConflictError } from '../nlp-pipeline.errors';
import { PipelineCatalog } from './pipeline-catalog.port';
import type { PipelineRecord } from './pipeline-record';

/** Pipelines of this process, gone with it. */
export class MemoryPipelineCatalog extends PipelineCatalog {
  readonly #records = new Map<string, PipelineRecord>();

  async names(): Promise<readonly string[]> {
    return [...this.#records.keys()].sort();
  }

  async find(name: string): Promise<PipelineRecord | undefined> {
    return this.#records.get(name);
  }

  async store(record: PipelineRecord): Promise<void> {
    this.#expect(record.name, record.revision - 1);
    this.#records.set(record.name, structuredClone(record));
  }

  async remove(name: string, revision: number): Promise<void> {
    this.#expect(name, revision);
    this.#records.delete(name);
  }

  #expect(name: string, revision: number): void {
    const kept = this.#records.get(name)?.revision ?? 0;
    if (kept !== revision) throw new PipelineConflictError(name);
  }
}
