import { inOrder, isPassing, patiently } from '@cortex/jobs';
import { CortexError, internalContext, type RequestContext } from '@cortex/kernel';
import type { TextModels } from '@cortex/text-models';
import { Chunker } from '../chunking/chunker';
import { contentsOf, servingSpace, type CollectionRecord } from '../collections/collection-record';
import type { Contents } from '../collections/contents';
import type { DocumentParser } from '../documents/document-parser.port';
import type { DocumentRecord } from '../documents/document-record';
import type { DocumentStore } from '../documents/document-store.port';
import { DocumentEmptyError } from '../query.errors';
import { embeddedText, type Passage } from '../retrieval/passage';
import type { IndexedPassage, PassageIndex } from '../retrieval/passage-index.port';
import type { PassageSpaces } from '../retrieval/passage-spaces.port';
import { SpaceFiller } from '../spaces/space-filler';
import type { Vectors } from '../spaces/vectors';
import { chunkSizesFor } from './chunk-sizes';
import { DocumentProgress, SupersededError } from './document-progress';
import { FactsReader } from './facts-reader';
import { portionsOf } from './portions-of';

/** Passages that are embedded and written together. */
const PORTION = 64;
const PORTIONS_AT_ONCE = 2;
/** How long one waits for a model that is busy or away, before the job lets another one go first. */
const PATIENCE_MS = 30_000;

export interface DocumentIngestionParts {
  readonly documents: DocumentStore;
  readonly contents: Contents;
  readonly parser: DocumentParser;
  readonly models: Pick<TextModels, 'rulerOf'>;
  readonly vectors: Vectors;
  readonly index: PassageIndex;
  readonly spaces: PassageSpaces;
  /** Hears of errors that are bugs. */
  readonly report: (error: unknown) => void;
}

type Outcome = 'ready' | 'failed' | 'superseded';

/** One document on its way from bytes to passages that are found. */
export class DocumentIngestion {
  /** `find` gives the collection, or nothing once it was removed. */
  constructor(
    private readonly parts: DocumentIngestionParts,
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
      await this.#clearAway(collection, id);
      return 'superseded';
    }
  }

  async #attempt(collection: CollectionRecord, progress: DocumentProgress): Promise<Outcome> {
    try {
      await this.#index(collection, progress);
      return 'ready';
    } catch (error) {
      if (error instanceof SupersededError || this.signal.aborted || isPassing(error)) throw error;
      if (!(error instanceof CortexError)) this.parts.report(error);
      await progress.fail(error);
      return 'failed';
    }
  }

  /** The whole way, stage by stage. */
  async #index(collection: CollectionRecord, progress: DocumentProgress): Promise<void> {
    const { documents: _, ...parts } = this.parts;
    const scope = contentsOf(collection);
    await progress.enter('parsing');
    const facts = new FactsReader(progress.record, collection.language);
    const ruler = await parts.models.rulerOf(servingSpace(collection).model);
    const sizes = chunkSizesFor(collection.chunks, ruler);
    const chunker = new Chunker((text) => ruler.count(text, sizes.maxTokens), sizes);

    const portions = portionsOf(this.#passages(chunker, facts, progress.record), PORTION);
    const embedded = inOrder(portions, PORTIONS_AT_ONCE, (portion) => this.#embedded(collection, portion, facts.title));
    let passages = progress.record.written ?? 0;
    for await (const portion of embedded) {
      await progress.enter('embedding');
      await parts.index.write(scope, progress.generation, portion);
      passages = portion.at(-1)!.ordinal + 1;
      await progress.wrote(passages);
    }
    if (passages === 0) throw new DocumentEmptyError();
    await progress.enter('indexing');
    const { title, language } = await facts.found();
    const known = { ...(title !== undefined && { title }), ...(language !== undefined && { language }) };
    await parts.index.publish(scope, progress.generation, { ...known, metadata: progress.record.metadata });
    await this.#fillNewSpaces(collection);
    await progress.end({ generation: progress.record.generation, passages, characters: chunker.characters, ...known });
  }

  /** Of spaces that were begun meanwhile nobody else may know that passages came. @throws SupersededError once the collection was removed */
  async #fillNewSpaces({ spaces }: CollectionRecord): Promise<void> {
    const now = await this.find();
    if (!now) throw new SupersededError();
    const filler = new SpaceFiller({ passages: this.parts.spaces, vectors: this.parts.vectors });
    for (const space of now.spaces.filter(({ id }) => !spaces.some((known) => known.id === id))) {
      for await (const _ of filler.fill(now, space, this.#context(now))) continue;
    }
  }

  #context({ tenant }: CollectionRecord): RequestContext {
    return internalContext({ tenant, priority: 'low', signal: this.signal });
  }

  /** Those that are not written yet. */
  async *#passages(chunker: Chunker, facts: FactsReader, record: DocumentRecord): AsyncGenerator<Passage> {
    const { mediaType, charset } = record.source;
    const source = { mediaType, ...(charset !== undefined && { charset }), bytes: this.parts.contents.bytesOf(record, this.signal) };
    for await (const part of this.parts.parser.parse(source, this.signal)) {
      facts.see(part);
      for (const passage of chunker.passages(part)) if (passage.ordinal >= (record.written ?? 0)) yield passage;
    }
  }

  async #embedded(collection: CollectionRecord, passages: readonly Passage[], title: string | undefined): Promise<IndexedPassage[]> {
    const { spaces } = collection;
    const texts = passages.map((passage) => embeddedText(passage, title));
    const context = this.#context(collection);
    const vectors = await Promise.all(spaces.map((space) => patiently(() => this.parts.vectors.of(space, texts, context), { patienceMs: PATIENCE_MS, signal: this.signal })));
    return passages.map((passage, place) => ({ ...passage, vectors: Object.fromEntries(spaces.map(({ id }, which) => [id, vectors[which]![place]!])) }));
  }

  async #record(collection: CollectionRecord, id: string, generation: number): Promise<DocumentRecord | undefined> {
    const [record] = await this.parts.documents.find(contentsOf(collection), [id]);
    return record?.generation === generation ? record : undefined;
  }

  /** Somebody removed it, or the collection, or gave it a newer generation: of what was removed nothing stays. */
  async #clearAway(collection: CollectionRecord, id: string): Promise<void> {
    const scope = contentsOf(collection);
    if (!(await this.find())) await this.parts.contents.removeAll(collection);
    else if ((await this.parts.documents.find(scope, [id])).length === 0) await this.parts.index.remove(scope, [id]);
  }
}
