import { CortexError, codeOf } from '@cortex/kernel';
import type { DocumentRecord, DocumentState, IndexedDocument } from '../documents/document-record';
import type { DocumentStore } from '../documents/document-store.port';
import type { DocumentGeneration } from '../retrieval/passage-index.port';

const SAVE_EVERY_MS = 1_000;
/** A stage that comes so soon after another is not written down: most are over before anybody looks, and each costs a transaction. */
const SHORT_STAGE_MS = 250;

/** Thrown where somebody else changed or removed the document meanwhile. Never reaches a caller. */
export class SupersededError extends Error {}

/** A document's record as one run moves it from stage to stage. */
export class DocumentProgress {
  #savedAt = -Infinity;

  constructor(
    private readonly store: DocumentStore,
    private current: DocumentRecord,
  ) {}

  get record(): DocumentRecord {
    return this.current;
  }

  get generation(): DocumentGeneration {
    return { documentId: this.current.id, generation: this.current.generation };
  }

  /** The record says so unless it said another stage just before. @throws SupersededError */
  async enter(state: DocumentState): Promise<void> {
    const isSoon = performance.now() - this.#savedAt < SHORT_STAGE_MS;
    if (state !== this.current.state && !isSoon) await this.#save({ ...this.current, state });
  }

  /** So many passages are written; the record says so once a second. @throws SupersededError */
  async wrote(written: number, cutBy: string): Promise<void> {
    if (performance.now() - this.#savedAt > SAVE_EVERY_MS) await this.#save({ ...this.current, written, cutBy });
  }

  /** Whoever tries next writes all passages. @throws SupersededError */
  async beginAnew(): Promise<void> {
    const { written: _, cutBy: __, ...record } = this.current;
    await this.#save(record);
  }

  /** @throws SupersededError */
  async end(found: IndexedDocument): Promise<void> {
    await this.#save(ended(this.current, found));
  }

  async fail(error: unknown): Promise<void> {
    await this.#save({ ...this.current, state: 'failed', error: told(error) });
  }

  async #save(record: DocumentRecord): Promise<void> {
    const next = revised(record);
    if ((await this.store.store([next])).length > 0) throw new SupersededError();
    this.current = next;
    this.#savedAt = performance.now();
  }
}

/** As it is when all of it is found. */
export function ended({ written: _, cutBy: __, error: ___, ...record }: DocumentRecord, found: IndexedDocument): DocumentRecord {
  return { ...record, state: 'ready', found };
}

export function revised(record: DocumentRecord): DocumentRecord {
  return { ...record, revision: record.revision + 1, updatedAt: Date.now() };
}

function told(error: unknown): { readonly code: string; readonly message: string } {
  return { code: codeOf(error), message: error instanceof CortexError ? error.message : 'an error inside Cortex, which its log describes' };
}
