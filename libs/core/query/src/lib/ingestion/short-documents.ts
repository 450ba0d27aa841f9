import { inOrder, isPassing } from '@cortex/jobs';
import { CortexError } from '@cortex/kernel';
import { contentsOf, type CollectionRecord } from '../collections/collection-record';
import type { DocumentRecord } from '../documents/document-record';
import type { Passage } from '../retrieval/passage';
import type { DocumentFacts, IndexedPassage, WholeDocument } from '../retrieval/passage-index.port';
import type { DocumentIngestionParts, Outcome } from './document-ingestion';
import { ended, revised } from './document-progress';
import { DocumentText } from './document-text';
import type { PassageVectors } from './passage-vectors';

/** A document that is longer goes on its own. */
const MOST_BYTES = 64 * 1024;
const MOST_PASSAGES = 64;
const READ_AT_ONCE = 8;
/** Passages that are embedded together, and that the index takes in one step. */
const STEP = 64;
const STEPS_AT_ONCE = 2;

interface ReadDocument {
  readonly record: DocumentRecord;
  readonly passages: readonly Passage[];
  readonly facts: Pick<DocumentFacts, 'title' | 'language'>;
  readonly characters: number;
}

/** Not written yet. */
interface EmbeddedDocument extends ReadDocument {
  readonly indexed: readonly IndexedPassage[];
}

/** Some documents, so many as the index takes in one step. */
export type EmbeddedStep = readonly EmbeddedDocument[];

/**
 * The way of short documents: many share each step. What is long, broken or refused is left out, and goes the way of a single document,
 * which tells whose fault it is.
 */
export class ShortDocuments {
  constructor(
    private readonly parts: DocumentIngestionParts,
    private readonly vectors: PassageVectors,
    private readonly find: () => Promise<CollectionRecord | undefined>,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws what is overloaded or unavailable, the signal's reason */
  async embedded(collection: CollectionRecord, records: readonly DocumentRecord[]): Promise<EmbeddedStep[]> {
    const documents: ReadDocument[] = [];
    const short = records.filter(({ source }) => source.bytes <= MOST_BYTES);
    for await (const document of inOrder(short, READ_AT_ONCE, (record) => this.#orNothing(() => this.#read(collection, record)))) if (document) documents.push(document);
    const steps: EmbeddedStep[] = [];
    for await (const step of inOrder(stepsOf(documents), STEPS_AT_ONCE, (read) => this.#orNothing(() => this.#embed(collection, read)))) if (step) steps.push(step);
    return steps;
  }

  /** Makes them findable; whose outcome is known then, by id. @throws what the stores throw */
  async finish(collection: CollectionRecord, steps: readonly EmbeddedStep[]): Promise<ReadonlyMap<string, Outcome>> {
    const written: EmbeddedDocument[] = [];
    for (const step of steps) if (await this.#isPut(collection, step)) written.push(...step);
    if (written.length === 0) return new Map();
    const ids = written.map(({ record }) => record.id);
    const refused = (await this.vectors.fillNewSpaces(collection, this.find)) ? await this.parts.documents.store(written.map(readyRecord)) : ids;
    return new Map(ids.map((id) => [id, refused.includes(id) ? 'superseded' : 'ready']));
  }

  async #read(collection: CollectionRecord, record: DocumentRecord): Promise<ReadDocument | undefined> {
    const text = await DocumentText.open(this.parts, collection, record);
    const passages: Passage[] = [];
    for await (const passage of text.passages(this.signal)) if (passages.push(passage) > MOST_PASSAGES) return undefined;
    return passages.length === 0 ? undefined : { record, passages, facts: text.facts(), characters: text.characters };
  }

  async #embed(collection: CollectionRecord, documents: readonly ReadDocument[]): Promise<EmbeddedStep> {
    const indexed = await this.vectors.indexed(collection, documents.map(({ passages, facts: { title } }) => ({ passages, title })));
    return documents.map((document, place) => ({ ...document, indexed: indexed[place]! }));
  }

  /** False where the index refuses one of them. */
  async #isPut(collection: CollectionRecord, step: EmbeddedStep): Promise<boolean> {
    try {
      await this.parts.index.put(contentsOf(collection), step.map(wholeOf));
      return true;
    } catch (error) {
      if (this.signal.aborted || isPassing(error)) throw error;
      if (!(error instanceof CortexError)) this.parts.report(error);
      return false;
    }
  }

  async #orNothing<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    try {
      return await attempt();
    } catch (error) {
      if (this.signal.aborted || isPassing(error)) throw error;
      return undefined;
    }
  }
}

function wholeOf({ record: { id, generation, metadata }, facts, indexed }: EmbeddedDocument): WholeDocument {
  return { documentId: id, generation, facts: { ...facts, metadata }, passages: indexed };
}

function readyRecord({ record, passages, facts, characters }: EmbeddedDocument): DocumentRecord {
  return revised(ended(record, { generation: record.generation, passages: passages.length, characters, ...facts }));
}

function* stepsOf(documents: readonly ReadDocument[]): Generator<readonly ReadDocument[]> {
  let [step, passages]: [ReadDocument[], number] = [[], 0];
  for (const document of documents) {
    if (step.length > 0 && passages + document.passages.length > STEP) {
      yield step;
      [step, passages] = [[], 0];
    }
    step.push(document);
    passages += document.passages.length;
  }
  if (step.length > 0) yield step;
}
