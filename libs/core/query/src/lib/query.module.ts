import { Jobs } from '@cortex/jobs';
import { SilentTelemetry, Telemetry } from '@cortex/kernel';
import { ObjectStore } from '@cortex/objects';
import { TextModels } from '@cortex/text-models';
import { ConfigurableModuleBuilder, Global, Inject, Logger, Module, type FactoryProvider, type OnApplicationBootstrap } from '@nestjs/common';
import { AnswerModels } from './answers/answer-models';
import { Answerable } from './answers/answerable';
import { Answers } from './answers/answers';
import { Extractor } from './answers/extractor';
import { Collections } from './collections/collections';
import { Splitter } from './chunking/splitter.port';
import { CollectionStore } from './collections/collection-store.port';
import { Contents } from './collections/contents';
import { DocumentParser } from './documents/document-parser.port';
import { Documents } from './documents/documents';
import { DocumentStore } from './documents/document-store.port';
import { Evaluation } from './evaluation/evaluation';
import { Ingestion } from './ingestion/ingestion';
import { Questions } from './planning/questions';
import { queryOptionsSchema, type QueryOptions } from './query.options';
import { PassageIndex } from './retrieval/passage-index.port';
import { PassageSpaces } from './retrieval/passage-spaces.port';
import { RecallGuard } from './retrieval/recall-guard';
import { Retriever } from './retrieval/retriever';
import { Reembedding } from './spaces/reembedding';
import { SpaceGate } from './spaces/space-gate';
import { Spaces } from './spaces/spaces';
import { Vectors } from './spaces/vectors';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<QueryOptions>({ moduleName: 'Query' }).setClassMethodName('forRoot').build();

const logger = new Logger('Query');
const report = (error: unknown) => logger.error(error instanceof Error ? error.stack : 'a document failed');

const vectors: FactoryProvider<Vectors> = { provide: Vectors, inject: [TextModels], useFactory: (models: TextModels) => new Vectors(models) };

const contents: FactoryProvider<Contents> = {
  provide: Contents,
  inject: [DocumentStore, PassageIndex, ObjectStore],
  useFactory: (documents: DocumentStore, index: PassageIndex, objects: ObjectStore) => new Contents({ documents, index, objects }),
};

const collections: FactoryProvider<Collections> = {
  provide: Collections,
  inject: [CollectionStore, Contents, Vectors],
  useFactory: (store: CollectionStore, kept: Contents, made: Vectors) => new Collections({ store, contents: kept, vectors: made }),
};

const documents: FactoryProvider<Documents> = {
  provide: Documents,
  inject: [MODULE_OPTIONS_TOKEN, DocumentStore, Contents, Jobs, DocumentParser],
  useFactory: (options: QueryOptions, store: DocumentStore, kept: Contents, jobs: Jobs, parser: DocumentParser) => {
    const { maxDocumentBytes: maxBytes, maxDocuments } = queryOptionsSchema.parse(options);
    return new Documents({ store, contents: kept, jobs, parser, maxBytes, maxDocuments });
  },
};

type IngestionParts = readonly [Jobs, CollectionStore, DocumentStore, Contents, DocumentParser, TextModels, Vectors, PassageIndex, PassageSpaces, Splitter?];

const ingestion: FactoryProvider<Ingestion> = {
  provide: Ingestion,
  inject: [Jobs, CollectionStore, DocumentStore, Contents, DocumentParser, TextModels, Vectors, PassageIndex, PassageSpaces, { token: Splitter, optional: true }],
  useFactory: (...[jobs, store, records, kept, parser, models, made, index, passages, splitter]: IngestionParts) =>
    new Ingestion({ jobs, collections: store, documents: records, contents: kept, parser, models, vectors: made, index, spaces: passages, report, ...(splitter && { splitter }) }),
};

const spaces: FactoryProvider<Spaces> = {
  provide: Spaces,
  inject: [CollectionStore, PassageSpaces, Vectors, Jobs],
  useFactory: (store: CollectionStore, passages: PassageSpaces, made: Vectors, jobs: Jobs) => new Spaces({ collections: store, passages, vectors: made, jobs }),
};

const reembedding: FactoryProvider<Reembedding> = {
  provide: Reembedding,
  inject: [Jobs, CollectionStore, PassageSpaces, PassageIndex, Vectors, Spaces],
  useFactory: (...[jobs, store, passages, index, made, kept]: readonly [Jobs, CollectionStore, PassageSpaces, PassageIndex, Vectors, Spaces]) =>
    new Reembedding({ jobs, collections: store, passages, vectors: made, spaces: kept, gate: new SpaceGate({ index, vectors: made }) }),
};

const retriever: FactoryProvider<Retriever> = {
  provide: Retriever,
  inject: [PassageIndex, PassageSpaces, Vectors, TextModels, { token: Telemetry, optional: true }],
  useFactory: (index: PassageIndex, passages: PassageSpaces, made: Vectors, models: TextModels, telemetry = new SilentTelemetry()) =>
    new Retriever({ index, spaces: passages, vectors: made, models, guard: new RecallGuard({ index, telemetry, report }) }),
};

const answers: FactoryProvider<Answers> = {
  provide: Answers,
  inject: [Retriever, PassageIndex, Vectors, { token: AnswerModels, optional: true }],
  useFactory: (found: Retriever, index: PassageIndex, made: Vectors, models = new AnswerModels()) =>
    new Answers({ retriever: found, answerable: new Answerable({ index, vectors: made }), extractor: new Extractor(made), models }),
};

const questions: FactoryProvider<Questions> = {
  provide: Questions,
  inject: [DocumentStore, Retriever, Answers],
  useFactory: (store: DocumentStore, found: Retriever, answered: Answers) => new Questions({ documents: store, retriever: found, answers: answered }),
};

const evaluation: FactoryProvider<Evaluation> = { provide: Evaluation, inject: [Retriever], useFactory: (found: Retriever) => new Evaluation(found) };

/**
 * Offers Collections, Documents, Spaces, Retriever, Answers, Questions and Evaluation everywhere. Beside it stand a global Jobs, ObjectStore, TextModels,
 * DocumentParser, CollectionStore, DocumentStore, PassageIndex and PassageSpaces; AnswerModels where answers are to be written, a Splitter where passages are to be cut otherwise.
 */
@Global()
@Module({
  providers: [vectors, contents, collections, documents, ingestion, spaces, reembedding, retriever, answers, questions, evaluation],
  exports: [Collections, Documents, Spaces, Retriever, Answers, Questions, Evaluation],
})
export class QueryModule extends ConfigurableModuleClass implements OnApplicationBootstrap {
  constructor(@Inject(Collections) private readonly collections: Collections) {
    super();
  }

  /** In the background: nobody finds what is being removed. */
  onApplicationBootstrap(): void {
    void this.collections.finishRemovals().catch(report);
  }
}
