import { CortexError } from '@cortex/kernel';
import { kept } from '../model-record';
import { printModelReference } from '../model-reference';
import type { ModelRegistry } from '../model-registry';
import { removeVersion } from '../releases/deletion';
import type { OtherServers } from '../sources/installer';
import type { SharingLog } from './arrival';
import { dueOf, type Due, type LocalVersion } from './due';
import type { ModelShelf } from './model-shelf';
import type { ModelUnloader } from './model-unloader.port';
import { installedFiles } from './version-files';
import type { VersionLoader } from './version-loader';

export interface SyncParts {
  readonly registry: ModelRegistry;
  readonly shelf: ModelShelf;
  readonly loader: VersionLoader;
  readonly unloader: ModelUnloader;
  /** Whether versions are brought as they are heard of, or when they are asked for. */
  readonly eager: boolean;
  /** Between two looks at everything. */
  readonly auditMs: number;
  /** Until what failed is tried again. */
  readonly retryMs: number;
  readonly log: SharingLog;
  /** Hears of errors that are bugs. */
  readonly report: (error: unknown) => void;
}

/** Keeps what lies on this machine and what is shared alike: one model at a time, as its record changes, and all of them now and then. */
export class ReplicaSync implements OtherServers {
  /** Models to be looked at, the longest known first, and whether what they share is counted, too. */
  readonly #heard = new Map<string, boolean>();
  /** By `name@version`: what is wrong now, and was said. */
  readonly #faults = new Map<string, { readonly name: string; readonly version: string; readonly message: string }>();
  readonly #watch: Disposable;
  #working: Promise<void> | undefined;
  #nextAudit: NodeJS.Timeout | undefined;
  #nextRetry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(private readonly parts: SyncParts) {
    this.#watch = parts.registry.records.onChange((name) => this.#hear(name, false));
  }

  /** Looks at everything, and settles when that is done. */
  async begin(): Promise<void> {
    this.parts.registry.supplyFrom(this.parts.loader);
    await this.#audit();
  }

  /** What is under way stops; nothing begins any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch[Symbol.dispose]();
    clearTimeout(this.#nextAudit);
    clearTimeout(this.#nextRetry);
    this.#heard.clear();
    await this.parts.loader.close();
    await this.#working;
  }

  has(name: string, version: string): boolean {
    return this.parts.shelf.has(name, version);
  }

  /** What cannot be shared now is tried again soon. */
  async share(name: string, version: string): Promise<void> {
    try {
      await this.parts.shelf.share(name, version);
    } catch (error) {
      this.#note({ name, version }, error);
      this.#retryLater();
    }
  }

  #hear(name: string, counts: boolean): void {
    this.#heard.set(name, counts || (this.#heard.get(name) ?? false));
    this.#working ??= this.#work();
  }

  async #audit(): Promise<void> {
    const { registry, auditMs } = this.parts;
    for (const name of new Set([...registry.index(), ...registry.records.all()].map((known) => known.name))) this.#hear(name, true);
    await this.#working;
    if (!this.#isClosed) this.#nextAudit = setTimeout(() => void this.#audit(), auditMs).unref();
  }

  /** Never rejects: what fails is tried again soon. */
  async #work(): Promise<void> {
    await Promise.resolve(); // whoever changes a record goes on first
    for (const [name, counts] of this.#heard) {
      this.#heard.delete(name);
      const versions = this.#versionsOf(name);
      for (const version of versions) if (!this.#isClosed) await this.#settle(name, version, counts);
      for (const [reference, fault] of this.#faults) if (fault.name === name && !versions.has(fault.version)) this.#faults.delete(reference); // it is gone
    }
    this.#working = undefined;
    if (this.#faults.size > 0) this.#retryLater();
  }

  #retryLater(): void {
    clearTimeout(this.#nextRetry);
    if (this.#isClosed) return;
    this.#nextRetry = setTimeout(() => {
      for (const { name } of this.#faults.values()) this.#hear(name, true);
    }, this.parts.retryMs).unref();
  }

  #versionsOf(name: string): ReadonlySet<string> {
    const { registry } = this.parts;
    const here = registry.index().filter((entry) => entry.name === name).map(({ version }) => version);
    return new Set([...here, ...Object.keys(registry.records.of(name).shared)]);
  }

  async #settle(name: string, version: string, counts: boolean): Promise<void> {
    try {
      await this.#do(await this.#due(name, version), name, version);
      if (counts) await this.#count(name, version);
      this.#faults.delete(printModelReference({ name, version }));
    } catch (error) {
      if (!this.#isClosed) this.#note({ name, version }, error);
    }
  }

  /** Said once, until it is another fault. */
  #note(model: { readonly name: string; readonly version: string }, error: unknown): void {
    const reference = printModelReference(model);
    const message = error instanceof CortexError ? error.message : 'an internal error happened';
    if (!(error instanceof CortexError)) this.parts.report(error);
    else if (this.#faults.get(reference)?.message !== message) this.parts.log.warn(`${reference} is not yet as it is shared: ${message}`);
    this.#faults.set(reference, { ...model, message });
  }

  /** What has gone from the object store is put there again by whoever has it. */
  async #count(name: string, version: string): Promise<void> {
    const { registry, shelf } = this.parts;
    const model = registry.index().find((known) => known.name === name && known.version === version)?.model;
    if (model?.origin === 'installed' && kept(registry.records.of(name).shared, version)) await shelf.restock(model);
  }

  async #do(due: Due, name: string, version: string): Promise<void> {
    const { shelf, loader, eager } = this.parts;
    switch (due) {
      case 'nothing': return;
      case 'share': return shelf.share(name, version);
      case 'bring': return eager ? loader.fetch(name, version) : undefined;
      case 'drop': return this.#drop(name, version);
      case 'replace':
        await this.#drop(name, version);
        return eager ? loader.fetch(name, version) : undefined;
    }
  }

  async #due(name: string, version: string): Promise<Due> {
    const { registry } = this.parts;
    return dueOf(version, await this.#local(name, version), registry.records.of(name));
  }

  /** A folder that cannot be read is left to the operator. */
  async #local(name: string, version: string): Promise<LocalVersion | undefined> {
    const entry = this.parts.registry.index().find((known) => known.name === name && known.version === version);
    if (entry === undefined) return undefined;
    return { installed: entry.model?.origin === 'installed' ? await installedFiles(entry.model) : undefined };
  }

  /** What deletes a version changes its record first: the folder may be gone by now. */
  async #drop(name: string, version: string): Promise<void> {
    const { registry, unloader, log } = this.parts;
    await registry.refresh();
    const due = await this.#due(name, version);
    if (due !== 'drop' && due !== 'replace') return;
    await removeVersion(registry, registry.locate(name, version), { unload: (reference) => unloader.unload(reference), agree: () => Promise.resolve() });
    log.info(`${printModelReference({ name, version })} is gone: it was deleted or replaced on another server`);
  }
}
