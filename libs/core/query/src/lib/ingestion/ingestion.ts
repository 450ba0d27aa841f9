import { setMaxListeners } from 'node:events';
import { inOrder, isPassing, type JobRun, type Jobs, type JsonObject } from '@cortex/jobs';
import { contentsOf, type CollectionRecord } from '../collections/collection-record';
import type { CollectionStore } from '../collections/collection-store.port';
import type { PassageSpaces } from '../retrieval/passage-spaces.port';
import type { Vectors } from '../spaces/vectors';
import { DocumentIngestion, type DocumentIngestionParts, type Outcome } from './document-ingestion';
import { INGESTION, nextOf, specOf, type IngestionSpec } from './ingestion-job';
import { PassageVectors } from './passage-vectors';
import { portionsOf } from './portions-of';
import { ShortDocuments, type EmbeddedStep } from './short-documents';

/** Documents that go together where they are short: enough for full batches, and a step of the stores that others do not wait for long. */
const LOT = 32;
/** While one lot is written the next is embedded, and the one after that is read. */
const LOTS_AT_ONCE = 3;
const SAVE_EVERY_MS = 500;
/** A long document keeps no short ones waiting; two do. */
const JOBS_AT_ONCE = 2;

export interface IngestionParts extends DocumentIngestionParts {
  readonly jobs: Pick<Jobs, 'register'>;
  readonly collections: CollectionStore;
  readonly vectors: Vectors;
  readonly spaces: PassageSpaces;
}

type Entry = IngestionSpec['documents'][number];

/** Some of the job's documents; of the short ones what is to be written. */
interface Lot {
  readonly entries: readonly Entry[];
  /** Undefined once it was removed. */
  readonly collection?: CollectionRecord;
  readonly steps: readonly EmbeddedStep[];
  /** Ended in an earlier run. */
  readonly ready: readonly string[];
}

/** Jobs that make documents findable. One that is run again goes on where it stopped. */
export class Ingestion {
  constructor(parts: IngestionParts) {
    parts.jobs.register({ kind: INGESTION, concurrency: JOBS_AT_ONCE, comesBack: isPassing, run: (run) => new IngestionRun(parts, run).finish() });
  }
}

/** One run of such a job. */
class IngestionRun {
  readonly #spec: IngestionSpec;
  readonly #short: ShortDocuments;
  readonly #single: DocumentIngestion;

  constructor(private readonly parts: IngestionParts, private readonly run: JobRun) {
    setMaxListeners(0, run.signal); // one a document that is read
    this.#spec = specOf(run.job);
    const vectors = new PassageVectors({ passages: parts.spaces, vectors: parts.vectors }, run.signal, this.#spec.budgets);
    const find = () => this.#collection();
    this.#short = new ShortDocuments(parts, vectors, find, run.signal);
    this.#single = new DocumentIngestion(parts, vectors, find, run.signal);
  }

  async finish(): Promise<JsonObject> {
    const { documents } = this.#spec;
    let { counts: { done, failed } } = this.run.job;
    let [next, savedAt] = [nextOf(this.run.job), performance.now()];
    const save = () => this.run.save({ checkpoint: { next }, counts: { total: documents.length, done, failed } });

    for await (const lot of inOrder(portionsOf(documents.slice(next), LOT), LOTS_AT_ONCE, (entries) => this.#read(entries))) {
      const outcomes = await this.#write(lot);
      next += outcomes.length;
      failed += outcomes.filter((outcome) => outcome === 'failed').length;
      done += outcomes.filter((outcome) => outcome !== 'failed').length;
      if (performance.now() - savedAt < SAVE_EVERY_MS) continue;
      await save();
      savedAt = performance.now();
    }
    await save();
    await this.#settle();
    return { done, failed };
  }

  async #read(entries: readonly Entry[]): Promise<Lot> {
    const collection = await this.#collection();
    if (!collection) return { entries, steps: [], ready: [] };
    const generations = new Map(entries);
    const records = (await this.parts.documents.find(contentsOf(collection), [...generations.keys()])).filter(({ id, generation }) => generations.get(id) === generation);
    const steps = await this.#short.embedded(collection, records.filter(({ state, written = 0 }) => state !== 'ready' && written === 0));
    return { entries, collection, steps, ready: records.filter(({ state }) => state === 'ready').map(({ id }) => id) };
  }

  /** Whatever is not ended then goes on alone. */
  async #write({ entries, collection, steps, ready }: Lot): Promise<Outcome[]> {
    const known = new Map<string, Outcome>(ready.map((id) => [id, 'ready']));
    for (const [id, outcome] of collection ? await this.#short.finish(collection, steps) : []) {
      if (outcome === 'superseded') await this.#single.clearAway(collection!, id);
      known.set(id, outcome);
    }
    const outcomes: Outcome[] = [];
    for (const [id, generation] of entries) outcomes.push(known.get(id) ?? (await this.#single.finish(id, generation)));
    return outcomes;
  }

  /** Once for all documents: searches of what is not settled are slower, not wrong. */
  async #settle(): Promise<void> {
    const collection = await this.#collection();
    for (const { id } of collection?.spaces ?? []) await this.parts.spaces.settle(contentsOf(collection!), id);
  }

  /** Undefined once it was removed, whatever has its name now. */
  async #collection(): Promise<CollectionRecord | undefined> {
    const { collection, collectionId } = this.#spec;
    const found = await this.parts.collections.find({ tenant: this.run.job.tenant, collection });
    return found?.id === collectionId && found.removedAt === undefined ? found : undefined;
  }
}
