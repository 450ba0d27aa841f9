import { CortexError } from '@cortex/kernel';
import type { ArtifactStore } from '@cortex/objects';
import { digestOfFiles } from '../digest';
import { kept, withHistory, type ModelRecord } from '../model-record';
import type { ModelRegistry } from '../model-registry';
import type { FilePin, ModelVersion } from '../model-version';
import { RefusedError } from '../refused.errors';
import { noted, type Author } from '../releases/rollouts';
import { refuseFiles } from '../sources/allowed-files';
import { VersionExistsError } from '../sources/transfer.errors';
import type { TransferLimits } from '../sources/transfers.options';
import type { SharingLog } from './arrival';
import { dueOf } from './due';
import { NotShareableError } from './sharing.errors';
import { contentOf, filesOfFolder, installedFiles, type VersionFile } from './version-files';

export interface ShelfParts {
  /** Of models alone: what none of them needs is removed. */
  readonly artifacts: ArtifactStore;
  readonly registry: ModelRegistry;
  readonly limits: TransferLimits;
  readonly log: SharingLog;
}

/** What a push did. */
export interface Pushed {
  readonly model: string;
  readonly version: string;
  readonly files: number;
  readonly bytes: number;
  /** Those that were not there, or were damaged. */
  readonly sentFiles: number;
}

/** Where the files of models lie for all replicas, and what the records say of them. */
export class ModelShelf {
  /** By `name@version`; those that are being put there. */
  readonly #sharing = new Map<string, Promise<void>>();

  constructor(private readonly parts: ShelfParts) {}

  /** Whether a version lies there for everybody. */
  has(name: string, version: string): boolean {
    return kept(this.parts.registry.records.of(name).shared, version) !== undefined;
  }

  /** Puts an installed version there, once, and says so in its record; a record that knows another one keeps it. @throws what the store and the catalogue throw */
  share(name: string, version: string): Promise<void> {
    const key = `${name}@${version}`;
    const sharing = this.#sharing.get(key) ?? this.#share(name, version).finally(() => this.#sharing.delete(key));
    this.#sharing.set(key, sharing);
    return sharing;
  }

  /** Puts there what has gone since. @throws what the store throws */
  async restock(version: ModelVersion): Promise<void> {
    for (const file of (await installedFiles(version)) ?? []) await this.#store(file);
  }

  /** Shares what an operator put into a folder, or mends what lies there: each file is read again. @throws NotShareableError, VersionExistsError when another one is shared under its name, and as `share` */
  async push(name: string, tag: string, { signal, ...author }: Author & { readonly signal?: AbortSignal }): Promise<Pushed> {
    const version = this.parts.registry.locate(name, tag);
    const files = await this.#pushable(version);
    let sentFiles = 0;
    for (const file of files) {
      signal?.throwIfAborted();
      if (await this.#isWhole(file.sha256)) continue;
      await this.parts.artifacts.store(contentOf(file), { sha256: file.sha256, replace: true, signal });
      sentFiles += 1;
    }
    await this.#record(version, files, (record) => withHistory(record, { ...noted(author), action: 'share', to: version.version }));
    return { model: name, version: version.version, files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), sentFiles };
  }

  /** Removes what no version needs any more. Where that fails it stays: nobody is harmed by it. */
  async release(files: readonly FilePin[]): Promise<void> {
    const needed = new Set([...this.parts.registry.records.all()].flatMap(({ shared }) => Object.values(shared).flat()).map(({ sha256 }) => sha256));
    try {
      for (const { sha256 } of files) if (!needed.has(sha256)) await this.parts.artifacts.remove(sha256);
    } catch (error) {
      this.parts.log.warn(`files of a deleted version stay in the object store: ${error instanceof CortexError ? error.message : String(error)}`);
    }
  }

  async #share(name: string, tag: string): Promise<void> {
    const version = this.parts.registry.locate(name, tag);
    const files = await installedFiles(version);
    if (files === undefined) return;
    for (const file of files) await this.#store(file);
    await this.#record(version, files, (record) => record);
    for (const file of files) await this.#store(file); // a deletion elsewhere may have taken one before the record named it
  }

  async #store(file: VersionFile): Promise<void> {
    await this.parts.artifacts.store(contentOf(file), { sha256: file.sha256 });
  }

  async #record({ name, version, origin }: ModelVersion, files: readonly VersionFile[], note: (record: ModelRecord) => ModelRecord): Promise<void> {
    const pins = files.map(({ path, sha256, bytes }) => ({ path, sha256, bytes }));
    await this.parts.registry.records.change(name, (record) => {
      if (kept(record.shared, version)) return record;
      if (origin === 'installed' && dueOf(version, { installed: pins }, record) !== 'share') return record; // it was deleted meanwhile
      const provenance = { [version]: { kind: 'folder' as const, digest: digestOfFiles(pins) }, ...record.provenance };
      return note({ ...record, provenance, shared: { ...record.shared, [version]: pins } });
    });
  }

  async #pushable(version: ModelVersion): Promise<readonly VersionFile[]> {
    const { name, version: number, origin, runtime } = version;
    if (origin === 'bundled') throw new NotShareableError('it came with the server, as it did with every other one');
    if (runtime !== 'onnx') throw new NotShareableError(`its runtime is ${runtime}, only onnx is taken by others`);
    const files = (await installedFiles(version)) ?? (await filesOfFolder(version).catch(refuseUnread));
    refuseFiles(files, this.parts.limits);
    const shared = kept(this.parts.registry.records.of(name).shared, number);
    if (shared && digestOfFiles(shared) !== digestOfFiles(files)) throw new VersionExistsError(name, number);
    return files;
  }

  async #isWhole(sha256: string): Promise<boolean> {
    try {
      for await (const chunk of this.parts.artifacts.read(sha256)) void chunk;
      return true;
    } catch (error) {
      if (error instanceof CortexError && (error.code === 'OBJECTS.NOT_FOUND' || error.code === 'OBJECTS.CORRUPT')) return false;
      throw error;
    }
  }
}

function refuseUnread(error: unknown): never {
  throw error instanceof RefusedError ? new NotShareableError(error.message) : error;
}
