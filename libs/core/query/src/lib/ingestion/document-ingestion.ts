import { inOrder, isPassing } from '@cortex/jobs';
import { CortexError } from '@cortex/kernel';
import { contentsOf, type CollectionRecord } from '../collections/collection-record';
import type { DocumentRecord } from '../documents/document-record';
import type { DocumentStore } from '../documents/document-store.port';
import { DocumentEmptyError, PassagesMissingError } from '../query.errors';
import type { PassageIndex } from '../retrieval/passage-index.port';
import { DocumentProgress, SupersededError } from './document-progress';
import { DocumentText, type DocumentTextParts } from './document-text';
import type { PassageVectors } from './passage-vectors';
import { portionsOf } from './portions-of';

/** Passages that are embedded and written together. */
const PORTION = 64;
const PORTIONS_AT_ONCE = 2;

export interface DocumentIngestionParts extends DocumentTextParts {
  readonly documents: DocumentStore;
  readonly index: PassageIndex;
  /** Hears of errors that are bugs. */
  readonly report: (error: unknown) => void;
}

export type Outcome = 'ready' | 'failed' | 'superseded';

/** One document on its way from bytes to passages that are found, of any length: portion by portion, and what is written is not done again. */
export class DocumentIngestion {
  /** `find` gives the collection, or nothing once it was removed. */
  constructor(
    private readonly parts: DocumentIngestionParts,
    private readonly vectors: PassageVectors,
    private readonly find: () => Promise<CollectionRecord | undefined>,
    private readonly signal: AbortSignal,
  ) {}

  /** What is wrong with the document itself is written into its record. @throws what is overloaded or unavailable, the signal's reason */
  async finish(id: string, generation: number): Promise<Outcome> {
    const collection = await this.find();
    const record = collection && (await this.#record(collection, id, generation));
    if (!collection || !record) return 'superseded';
    if (record.state === 'ready') return 'ready';
    const progress = new DocumentProgress(this.parts.documents, record);
    try {
      return await this.#attempt(collection, progress);
    } catch (error) {
      if (!(error instanceof SupersededError)) throw error;
      await this.clearAway(collection, id);
      return 'superseded';
    }
  }

  /** Somebody removed it, or the collection, or gave it a newer generation: of what was removed nothing stays. */
  async clearAway(collection: CollectionRecord, id: string): Promise<void> {
    const scope = contentsOf(collection);
    if (!(await this.find())) await this.parts.contents.removeAll(collection);
    else if ((await this.parts.documents.find(scope, [id])).length === 0) await this.parts.index.remove(scope, [id]);
  }

  async #attempt(collection: CollectionRecord, progress: DocumentProgress): Promise<Outcome> {
    try {
      await this.#index(collection, progress);
      return 'ready';
    } catch (error) {
      if (error instanceof PassagesMissingError) await progress.beginAnew();
      if (error instanceof SupersededError || this.signal.aborted || isPassing(error)) throw error;
      if (!(error instanceof CortexError)) this.parts.report(error);
      await progress.fail(error);
      return 'failed';
    }
  }

  /** The whole way, stage by stage. */
  async #index(collection: CollectionRecord, progress: DocumentProgress): Promise<void> {
    const { index } = this.parts;
    const scope = contentsOf(collection);
    await progress.enter('parsing');
    const text = await DocumentText.open(this.parts, collection, progress.record);

    const portions = portionsOf(text.passages(this.signal), PORTION);
    const embedded = inOrder(portions, PORTIONS_AT_ONCE, (portion) => this.vectors.indexed(collection, [{ passages: portion, title: text.title }]));
    let passages = text.cut.written;
    for await (const [portion] of embedded) {
      await progress.enter('embedding');
      await index.write(scope, progress.generation, portion!);
      passages = portion!.at(-1)!.ordinal + 1;
      await progress.wrote(passages, text.cut.space.id);
    }
    if (passages === 0) throw new DocumentEmptyError();
    await progress.enter('indexing');
    const facts = text.facts();
    await index.publish(scope, progress.generation, { ...facts, metadata: progress.record.metadata, passages });
    if (!(await this.vectors.fillNewSpaces(collection, this.find))) throw new SupersededError();
    await progress.end({ generation: progress.record.generation, passages, characters: text.characters, ...facts });
  }

  async #record(collection: CollectionRecord, id: string, generation: number): Promise<DocumentRecord | undefined> {
    const [record] = await this.parts.documents.find(contentsOf(collection), [id]);
    return record?.generation === generation ? record : undefined;
  }
}
