import type { JobKind, JobRecord, JobRun, Jobs } from '@cortex/jobs';
import { internalContext } from '@cortex/kernel';
import { chunksOf, MemoryObjectStore } from '@cortex/objects/testing';
import { FakeTextModels } from '@cortex/text-models/testing';
import type { AnswerModel } from '../answers/answer-model.port';
import { AnswerModels } from '../answers/answer-models';
import { Answerable } from '../answers/answerable';
import { Answers } from '../answers/answers';
import { Extractor } from '../answers/extractor';
import type { Splitter } from '../chunking/splitter.port';
import { Collections } from '../collections/collections';
import { contentsOf, type CollectionRecord } from '../collections/collection-record';
import { Contents } from '../collections/contents';
import { MemoryCollectionStore } from '../collections/memory-collection-store';
import { DocumentParser, type DocumentSource } from '../documents/document-parser.port';
import { Documents } from '../documents/documents';
import type { DocumentOrder } from '../documents/document-order';
import { MemoryDocumentStore } from '../documents/memory-document-store';
import type { ParsedDocument } from '../documents/parsed-document';
import { Ingestion } from '../ingestion/ingestion';
import { MemoryPassageIndex } from '../retrieval/memory-passage-index';
import { MemoryPassages } from '../retrieval/memory-passages';
import { MemoryPassageSpaces } from '../retrieval/memory-passage-spaces';
import { Retriever } from '../retrieval/retriever';
import { Reembedding } from '../spaces/reembedding';
import { SpaceGate } from '../spaces/space-gate';
import { Spaces } from '../spaces/spaces';
import { Vectors } from '../spaces/vectors';
import { Faults } from './faults';

export const CONTEXT = internalContext({ tenant: 'acme' });
export const NOTES = { tenant: 'acme', collection: 'notes' };

/** Each line is a block; one that says `broken` is a mistake of the parser. */
export class LineParser extends DocumentParser {
  readonly mediaTypes = ['text/plain'];

  mediaTypeOf(name: string): string {
    return name.endsWith('.txt') ? 'text/plain' : 'application/octet-stream';
  }

  async *parse({ bytes }: DocumentSource): AsyncGenerator<ParsedDocument> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    if (text.includes('broken')) throw new Error('a bug of the parser');
    yield { text, blocks: Array.from(text.matchAll(/.*\S.*/g), ({ 0: line, index }) => ({ kind: 'text', start: index, end: index + line.length })) };
  }
}

/** Jobs that wait until a spec runs them. */
class WaitingJobs {
  readonly kinds = new Map<string, JobKind>();
  readonly waiting: JobRecord[] = [];

  register(kind: JobKind): void {
    this.kinds.set(kind.kind, kind);
  }

  async submit({ tenant, kind, spec, total }: Parameters<Jobs['submit']>[0]): Promise<JobRecord> {
    const job: JobRecord = {
      id: String(this.waiting.length), revision: 1, tenant, kind, state: 'queued', cancelRequested: false, spec, checkpoint: {}, rank: 0, attempts: 0, setbacks: 0,
      counts: { ...(total !== undefined && { total }), done: 0, failed: 0 }, createdAt: 0, updatedAt: 0,
    };
    this.waiting.push(job);
    return job;
  }
}

/** The query core over fakes. Whatever it keeps goes through `faults`, which may end it at any step; each document has a file. */
export class QueryCore {
  readonly faults = new Faults();
  readonly models = new FakeTextModels();
  readonly objects = new MemoryObjectStore();
  readonly jobs = new WaitingJobs();
  readonly passages = new MemoryPassages();
  readonly reported: unknown[] = [];
  readonly store = this.faults.around(new MemoryCollectionStore());
  readonly records = this.faults.around(new MemoryDocumentStore());
  readonly index = this.faults.around(new MemoryPassageIndex(this.passages));
  readonly spaces = this.faults.around(new MemoryPassageSpaces(this.passages));
  readonly vectors = new Vectors(this.models);
  readonly contents = new Contents({ documents: this.records, index: this.index, objects: this.faults.around(this.objects), shortBytes: 0 });
  readonly collections = new Collections({ store: this.store, contents: this.contents, vectors: this.vectors });
  readonly parser = new LineParser();
  readonly documents = new Documents({ store: this.records, contents: this.contents, jobs: this.jobs, parser: this.parser, maxBytes: 100_000, maxDocuments: 200 });
  readonly spacesOf = new Spaces({ collections: this.store, passages: this.spaces, vectors: this.vectors, jobs: this.jobs });
  readonly retriever = new Retriever({ index: this.index, spaces: this.spaces, vectors: this.vectors, models: this.models });

  constructor(splitter?: Splitter) {
    const parts = { jobs: this.jobs, collections: this.store, vectors: this.vectors };
    const report = (error: unknown) => void this.reported.push(error);
    new Ingestion({ ...parts, documents: this.records, contents: this.contents, parser: this.parser, models: this.models, index: this.index, spaces: this.spaces, report, ...(splitter && { splitter }) });
    new Reembedding({ ...parts, passages: this.spaces, spaces: this.spacesOf, gate: new SpaceGate({ index: this.index, vectors: this.vectors }) });
  }

  /** Small passages, so that short documents have several. */
  create(name = 'notes'): Promise<CollectionRecord> {
    return this.collections.create({ tenant: 'acme', collection: name }, { chunks: { minTokens: 1, maxTokens: 16 } }, CONTEXT);
  }

  add(collection: CollectionRecord, texts: Readonly<Record<string, string>>) {
    return this.documents.add(collection, Object.entries(texts).map(([id, text]) => order(id, text)));
  }

  /** Runs a job once, from where it was saved; the job as it stands when the run ends, whichever way. */
  async run(job: JobRecord): Promise<JobRecord> {
    let now = job;
    const run: JobRun = {
      get job() { return now; },
      signal: new AbortController().signal,
      save: async (progress) => this.faults.step(() => void (now = { ...now, ...progress })),
    };
    try {
      const result = await this.jobs.kinds.get(job.kind)!.run(run);
      return { ...now, state: 'succeeded', result };
    } catch (error) {
      return { ...now, state: 'failed', error: { code: 'ENDED', message: (error as Error).message } };
    }
  }

  /** Answers by these models, the first of them where a question names none. */
  answersBy(...models: readonly AnswerModel[]): Answers {
    const answerable = new Answerable({ index: this.index, vectors: this.vectors });
    return new Answers({ retriever: this.retriever, answerable, extractor: new Extractor(this.vectors), models: new AnswerModels(models) });
  }

  /** Texts of what is found, by document. */
  found(collection: CollectionRecord): Readonly<Record<string, readonly string[]>> {
    const texts: Record<string, string[]> = {};
    for (const { documentId, passage } of this.passages.live(contentsOf(collection))) (texts[documentId] ??= []).push(passage.text);
    return texts;
  }
}

export function order(id: string, text: string, differs: Partial<DocumentOrder> = {}): DocumentOrder {
  return { id, mediaType: 'text/plain', bytes: chunksOf(text), ...differs };
}
