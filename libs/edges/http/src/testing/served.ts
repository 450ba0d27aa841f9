import { Access, KeyRing, standingKey } from '@cortex/access';
import { identityOptionsSchema, Keys, MemoryKeyStore, type KeyStore } from '@cortex/identity';
import { AnnotateTask, BatchInference, batchInferenceOptionsSchema, ClassifyTask, EmbedTask, Files, JsonLinesFormat, RerankTask } from '@cortex/batch-inference';
import { Jobs, MemoryJobQueue, MemoryJobStore } from '@cortex/jobs';
import { Clock, SystemClock, Telemetry } from '@cortex/kernel';
import { ModelRegistry, Pulls, Releases, Rollouts, Uploads, type GateCheck } from '@cortex/model-registry';
import { aModelVersion, FakeModelRegistry } from '@cortex/model-registry/testing';
import { ObjectStore } from '@cortex/objects';
import { MemoryObjectStore } from '@cortex/objects/testing';
import { NlpModule } from '@cortex/nlp-pipeline';
import { Orchestrator } from '@cortex/orchestrator';
import { CollectionStore, DocumentParser, DocumentStore, MemoryCollectionStore, MemoryDocumentStore, MemoryPassageIndex, MemoryPassages, MemoryPassageSpaces, PassageIndex, PassageSpaces, QueryModule } from '@cortex/query';
import { Governor, ReservationLedger, Residency, type GovernorReport, type NotedDecision } from '@cortex/resource-governor';
import { TextModels } from '@cortex/text-models';
import { Controller, Get, Global, Module, type INestApplication } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { HttpAdapter } from '../lib/http-adapter';
import { HttpModule } from '../lib/http.module';
import type { HttpOptions } from '../lib/http.options';
import { ServerReadiness } from '../lib/server-readiness.port';
import { FakeOrchestrator } from './fake-orchestrator';
import { FakeTextModels } from './fake-text-models';
import { fakeTransfers, type FakeTransfers } from './fake-transfers';
import { PlainTextParser } from './plain-text-parser';
import { RecordingTelemetry } from './recording-telemetry';

export const ADMIN = { authorization: 'Bearer admin-key' };
export const USER = { 'x-api-key': 'user-key' };
export const MANAGER = { 'x-api-key': 'manager-key' };

const GOVERNOR: GovernorReport = {
  stage: 'normal', inUseMs: 1, limitMs: 2, floorMs: 1, budgetMs: 2, waitingMs: 0, waitingLimitMs: 3,
  waiting: { critical: 0, high: 0, medium: 0, low: 0 },
  ledger: [{ resource: 'tokens', budgets: 1, reserved: 5, spent: 10 }],
};

/** A Nest controller beside the edge, as monitoring has them. */
@Controller('beside')
class BesideController {
  @Get('open')
  @RouteConfig({ scope: 'public' })
  open(): object {
    return { open: true };
  }

  @Get('closed')
  closed(): object {
    return { closed: true };
  }
}

/** A running edge over fakes, without a socket. */
export interface Served extends AsyncDisposable {
  readonly app: INestApplication;
  readonly fastify: FastifyInstance;
  readonly registry: FakeModelRegistry;
  readonly orchestrator: FakeOrchestrator;
  readonly texts: FakeTextModels;
  readonly telemetry: RecordingTelemetry;
  readonly transfers: FakeTransfers;
  readonly readiness: { ready: boolean };
  readonly rollouts: Rollouts;
  readonly jobs: Jobs;
  readonly files: Files;
  readonly objects: MemoryObjectStore;
  /** What the governor decided; none until a spec says otherwise. */
  readonly decisions: NotedDecision[];
  /** What every gate finds; a version passes until a spec says otherwise. */
  readonly gate: { checks: readonly GateCheck[] };
  /** Every route that Fastify was given. */
  readonly routes: readonly RouteOptions[];
}

export async function serve(options: HttpOptions = {}, ledger?: ReservationLedger): Promise<Served> {
  const registry = await FakeModelRegistry.of(
    aModelVersion({ name: 'cortex-embed-small', origin: 'bundled' }),
    aModelVersion({ name: 'tiny', task: 'tensor' }),
    aModelVersion({ name: 'ranker', task: 'rerank' }),
    aModelVersion({ name: 'judge', task: 'classify', labels: ['no', 'yes'] }),
    aModelVersion({ name: 'tagger', task: 'token-classify', labels: ['O', 'PER'] }),
    ...['1', '2', '3'].map((version) => aModelVersion({ name: 'released', version })),
  );
  const orchestrator = new FakeOrchestrator(registry);
  const texts = new FakeTextModels();
  const telemetry = new RecordingTelemetry();
  const readiness = { ready: true };
  const store = new MemoryKeyStore();
  const rollouts = new Rollouts(registry);
  const work = batchWork(registry, texts);
  const transfers = await fakeTransfers(registry, work.jobs);
  const decisions: NotedDecision[] = [];
  const gate = { checks: [{ part: 'loads', passed: true }] as readonly GateCheck[] };
  const providers = [
    { provide: ModelRegistry, useValue: registry },
    { provide: Orchestrator, useValue: orchestrator },
    { provide: Rollouts, useValue: rollouts },
    { provide: Releases, useValue: new Releases(registry, { run: () => Promise.resolve(gate.checks) }) },
    { provide: Pulls, useValue: transfers.pulls },
    { provide: Uploads, useValue: transfers.uploads },
    { provide: TextModels, useValue: texts },
    { provide: Jobs, useValue: work.jobs },
    { provide: Files, useValue: work.files },
    { provide: BatchInference, useValue: work.batch },
    { provide: ObjectStore, useValue: work.objects },
    ...queryParts(),
    { provide: Governor, useValue: { report: () => Promise.resolve(GOVERNOR), decisions: () => decisions } },
    { provide: Residency, useValue: { state: () => ({ limitBytes: 10, heldBytes: 0, unreturnedBytes: 0, waiting: 0, residents: [] }) } },
    { provide: Access, useValue: await access(store) },
    { provide: Keys, useValue: new Keys(identityOptionsSchema.parse({ store, hasStandingAdmin: true })) },
    ...(ledger ? [{ provide: ReservationLedger, useValue: ledger }] : []),
    { provide: Clock, useValue: new SystemClock() },
    { provide: Telemetry, useValue: telemetry },
    { provide: ServerReadiness, useValue: { isReady: () => readiness.ready } },
  ];
  @Global()
  @Module({ providers, exports: providers.map(({ provide }) => provide), controllers: [BesideController] })
  class CoreModule {}

  const module = await Test.createTestingModule({ imports: [CoreModule, NlpModule.forRoot({}), QueryModule.forRoot({}), HttpModule.forRoot(options)] }).compile();
  const adapter = new HttpAdapter(options);
  const app = module.createNestApplication(adapter, { logger: false });
  const fastify: FastifyInstance = adapter.getInstance();
  const routes: RouteOptions[] = [];
  fastify.addHook('onRoute', (route) => void routes.push(route));
  await app.init();
  await fastify.ready();
  const dispose = async () => {
    await work.jobs.close();
    fastify.server.closeAllConnections(); // one that is about to become idle would hold the server up until its keep-alive ends
    await app.close();
    await transfers[Symbol.asyncDispose]();
  };
  return { app, fastify, registry, orchestrator, texts, telemetry, transfers, readiness, rollouts, ...work, decisions, gate, routes, [Symbol.asyncDispose]: dispose };
}

/** Jobs that run here, over objects in memory; rows come two in a window. */
function batchWork(registry: FakeModelRegistry, texts: FakeTextModels): { readonly jobs: Jobs; readonly files: Files; readonly batch: BatchInference; readonly objects: MemoryObjectStore } {
  const objects = new MemoryObjectStore();
  const jobs = new Jobs({ store: new MemoryJobStore(), queue: new MemoryJobQueue() }, { pollMs: 10 });
  const settings = batchInferenceOptionsSchema.parse({ windowRows: 2, maxFileBytes: 100_000 });
  const files = new Files(objects, settings);
  const tasks = [new EmbedTask(texts), new RerankTask(texts), new ClassifyTask(texts), new AnnotateTask(texts)];
  const batch = new BatchInference({ jobs, store: objects, files, registry, tasks, formats: [new JsonLinesFormat()], clock: new SystemClock() }, settings);
  jobs.start();
  return { jobs, files, batch, objects };
}

/** What collections are kept in, and how their documents are read. */
function queryParts(): { readonly provide: abstract new () => unknown; readonly useValue: unknown }[] {
  const passages = new MemoryPassages();
  return [
    { provide: CollectionStore, useValue: new MemoryCollectionStore() },
    { provide: DocumentStore, useValue: new MemoryDocumentStore() },
    { provide: PassageIndex, useValue: new MemoryPassageIndex(passages) },
    { provide: PassageSpaces, useValue: new MemoryPassageSpaces(passages) },
    { provide: DocumentParser, useValue: new PlainTextParser() },
  ];
}

async function access(store: KeyStore): Promise<Access> {
  const keys = new KeyRing([
    standingKey('admin-key', { tenant: 'acme', scopes: ['admin'], maxPriority: 'critical', keyName: 'admin' }),
    standingKey('stranger-key', { tenant: 'other', scopes: ['infer'], maxPriority: 'medium', keyName: 'stranger' }),
    standingKey('manager-key', { tenant: 'acme', scopes: ['manage'], maxPriority: 'high', keyName: 'manager' }),
    standingKey('user-key', { tenant: 'acme', scopes: ['infer'], maxPriority: 'medium', keyName: 'user' }),
  ]);
  await keys.follow(store, (error) => {
    throw error;
  });
  return new Access({ auth: 'on', host: '127.0.0.1', keys });
}
