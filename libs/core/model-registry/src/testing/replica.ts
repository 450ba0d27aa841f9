import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock, once, type Clock } from '@cortex/kernel';
import { ArtifactStore, type ObjectStore } from '@cortex/objects';
import type { ModelCatalog } from '../lib/model-catalog.port';
import { ModelRecords } from '../lib/model-records';
import { ModelRegistry } from '../lib/model-registry';
import { deleteVersion } from '../lib/releases/deletion';
import { ModelShelf } from '../lib/sharing/model-shelf';
import { ReplicaSync } from '../lib/sharing/replica-sync';
import { VersionLoader } from '../lib/sharing/version-loader';
import { Incoming } from '../lib/sources/incoming';
import { Installer } from '../lib/sources/installer';
import { recordedIn } from '../lib/sources/record-arrival';
import { transfersOptionsSchema, type TransferLimits } from '../lib/sources/transfers.options';
import { Uploads } from '../lib/sources/uploads';
import { onnxBytes, writeFiles } from './model-folders';

export interface ReplicaOptions {
  readonly objects: ObjectStore;
  readonly catalog: ModelCatalog;
  /** Default true. */
  readonly eager?: boolean;
  readonly patienceMs?: number;
  readonly auditMs?: number;
  readonly limits?: Partial<TransferLimits>;
  readonly clock?: Clock;
}

/** One of several servers that share models: a folder and a registry of its own, the catalogue and the objects of all. */
export class Replica implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly warnings: string[] = [];
  readonly unloaded: string[] = [];

  private constructor(
    readonly folder: string,
    readonly registry: ModelRegistry,
    readonly shelf: ModelShelf,
    readonly loader: VersionLoader,
    readonly sync: ReplicaSync,
    readonly uploads: Uploads,
  ) {}

  /** It follows the others once `sync.begin()` was called. `folder`: of an earlier one that has ended. */
  static async with(options: ReplicaOptions, folder?: string): Promise<Replica> {
    const models = folder ?? (await mkdtemp(join(tmpdir(), 'replica-')));
    const { objects, catalog, eager = true, patienceMs = 5_000, auditMs = 60_000, clock = new SystemClock() } = options;
    const limits = transfersOptionsSchema.parse({ folder: models, ...options.limits });
    const registry = new ModelRegistry({ folders: [{ path: models, origin: 'folder' }], maxBatchRows: 32 }, clock, { records: new ModelRecords(catalog) });
    await registry.refresh();
    const log = { info: (line: string) => void replica.lines.push(line), warn: (line: string) => void replica.warnings.push(line) };
    const report = (error: unknown) => void replica.warnings.push(String(error));
    const incoming = new Incoming(models, limits.staleMs);
    const artifacts = new ArtifactStore(objects, 'models');
    const shelf = new ModelShelf({ artifacts, registry, limits, log });
    const loader = new VersionLoader({ artifacts, records: registry.records, incoming, installer: new Installer(models, { registry, report }), limits, patienceMs, clock, log });
    const unloader = { unload: async (reference: string) => void replica.unloaded.push(reference) };
    const sync = new ReplicaSync({ registry, shelf, loader, unloader, eager, auditMs, retryMs: 50, log, report });
    const installer = new Installer(models, { registry, record: recordedIn(registry.records), others: sync, report });
    const replica = new Replica(models, registry, shelf, loader, sync, new Uploads({ incoming, installer, limits }));
    return replica;
  }

  /** Uploads a version of one graph; its bytes follow from the content. */
  async install(name: string, version: string, content: string): Promise<void> {
    const bytes = graphOf(content);
    const file = { path: 'model.onnx', bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    const { id } = await this.uploads.begin({ name, version, files: [file] });
    await this.uploads.append(id, { path: file.path, offset: 0, chunks: once(bytes), signal: AbortSignal.timeout(10_000) });
    await this.uploads.commit(id);
  }

  /** As an operator copies a folder. */
  async put(name: string, version: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<void> {
    await writeFiles(this.folder, Object.fromEntries(Object.entries(files).map(([path, content]) => [`${name}/${version}/${path}`, content])));
    await this.registry.refresh();
  }

  delete(name: string, version: string): Promise<string> {
    return deleteVersion(this.registry, name, { version, by: 'spec', unload: async () => undefined, released: (files) => this.shelf.release(files) });
  }

  /** `name@version` of what can be served here. */
  available(): readonly string[] {
    return this.registry.index().filter(({ state }) => state === 'available').map(({ name, version }) => `${name}@${version}`);
  }

  /** As a process that ends; its folder stays. */
  async stop(): Promise<void> {
    await this.sync.close();
    this.registry.records[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A small graph of its own. */
export function graphOf(content: string): Uint8Array {
  return Buffer.concat([onnxBytes({ rawBytes: 1_000 }), Buffer.from([0x12, content.length]), Buffer.from(content)]);
}
