import { dirname, join } from 'node:path';
import { SystemClock, type Clock } from '@cortex/kernel';
import type { ModelArtifact } from '@cortex/inference';
import { digestOf } from './digest';
import { scanFolder } from './folder-scan';
import { FileKnowledge, ModelFiles } from './model-files';
import { LATEST, parseModelReference, type ModelReference } from './model-reference';
import { ModelSnapshot } from './model-snapshot';
import type { IndexEntry, ModelVersion, ResolvedModel, Task, Variant } from './model-version';
import { RefusedError, reasonOf } from './refused.errors';
import type { RegistryOptions } from './model-registry.options';
import { ModelBrokenError, ModelNotFoundError, ModelUnloadedError, NoDefaultModelError, VariantNotFoundError, VersionNotFoundError } from './registry.errors';
import { Withdrawals } from './withdrawals';

/** A flood of unknown names reads the disk no more often than this. */
const MISS_REFRESH_INTERVAL_MS = 1_000;

/** What exists: names, versions, variants, files and their hashes. It never loads a model. */
export class ModelRegistry {
  #snapshot = new ModelSnapshot([]);
  readonly #knowledge = new FileKnowledge();
  readonly #withdrawals = new Withdrawals();
  /** What turned out to be wrong with a version although its folder read well; a scan makes new versions. */
  readonly #faults = new WeakMap<ModelVersion, string>();
  #refreshing: Promise<void> | undefined;
  #refreshedAtMs = -Infinity;

  constructor(
    private readonly options: RegistryOptions,
    private readonly clock: Clock = new SystemClock(),
    private readonly scan: typeof scanFolder = scanFolder,
  ) {}

  /** Reads all folders anew; a call during a running scan joins it. Never throws for a bad folder, and keeps what was withdrawn. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#scan().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** `name[@version|@alias][+variant]`; what is unknown or broken is looked for anew, at most once a second. @throws InvalidReferenceError, ModelNotFoundError, VersionNotFoundError, VariantNotFoundError, ModelUnloadedError, ModelBrokenError */
  async resolve(reference: string, _requestId?: string): Promise<ResolvedModel> {
    const wanted = parseModelReference(reference);
    if (!this.#isServed(wanted)) await this.#refreshForMiss();

    const alias = wanted.version === undefined || wanted.version === LATEST ? LATEST : undefined;
    const entry = alias ? this.#latestOf(wanted.name) : this.#entryOf(wanted.name, wanted.version!);
    const version = servedModel(entry);
    if (wanted.variant !== undefined) variantOf(version, wanted.variant);
    return { version, variant: wanted.variant, alias };
  }

  /** The reference that answers where a protocol names no model: the configured one, otherwise the bundled one. @throws NoDefaultModelError */
  defaultFor(task: Task): string {
    const reference = this.options.defaults?.[task] ?? this.#snapshot.bundledFor(task);
    if (reference === undefined) throw new NoDefaultModelError(task);
    return reference;
  }

  /** Verifies the variant's files against their pins and hashes them (kept while size and mtime stay); a version that fails is listed as failed. @throws VariantNotFoundError, ModelBrokenError */
  async artifact(version: ModelVersion, variant: string): Promise<ModelArtifact> {
    const graph = variantOf(version, variant);
    const digest = await this.#verify(version, graph).catch((error: unknown) => this.#condemn(version, reasonOf(error)));
    const { name, maxTokens, vocabularySize, head, maxBatchRows = this.options.maxBatchRows } = version;
    return { name, version: version.version, variant, file: graph.file, digest, maxTokens, maxBatchRows, vocabularySize, head };
  }

  /** All versions by name, the highest last. */
  index(): readonly IndexEntry[] {
    return this.#snapshot.entries.map((entry) => this.#stateOf(entry));
  }

  /** After it `resolve` throws ModelUnloadedError until `offer`. Version undefined or `latest`: all, later ones included. @throws ModelNotFoundError, VersionNotFoundError */
  withdraw(name: string, version: string = LATEST): void {
    if (version === LATEST) this.#versionsOf(name);
    else this.#entryOf(name, version);
    this.#withdrawals.withdraw(name, version === LATEST ? undefined : version);
  }

  /** Takes a withdrawal back; without one, or for an unknown name, it changes nothing. */
  offer(name: string, version: string = LATEST): void {
    this.#withdrawals.offer(name, version === LATEST ? undefined : version);
  }

  async #scan(): Promise<void> {
    this.#refreshedAtMs = this.clock.now();
    const folders = this.options.folders.map(async (root) => ({ origin: root.origin, entries: await this.scan(root, this.#knowledge) }));
    const snapshot = new ModelSnapshot(await Promise.all(folders));
    this.#withdrawals.forgetOffersUnless((name, version) => snapshot.find(name, version) !== undefined);
    this.#snapshot = snapshot;
  }

  async #refreshForMiss(): Promise<void> {
    const isRecent = this.clock.now() - this.#refreshedAtMs < MISS_REFRESH_INTERVAL_MS;
    if (this.#refreshing || !isRecent) await this.refresh();
  }

  /** Whether there is no reason to look on the disk again. */
  #isServed({ name, version = LATEST }: ModelReference): boolean {
    const versions = this.#snapshot.versionsOf(name).filter((entry) => version === LATEST || entry.version === version);
    return versions.some((entry) => this.#stateOf(entry).state !== 'failed');
  }

  #stateOf(entry: IndexEntry): IndexEntry {
    const fault = entry.model && this.#faults.get(entry.model);
    if (fault !== undefined) return { ...entry, state: 'failed', reason: fault };
    const isWithdrawn = entry.state === 'available' && this.#withdrawals.has(entry.name, entry.version);
    return isWithdrawn ? { ...entry, state: 'unloaded' } : entry;
  }

  #versionsOf(name: string): readonly IndexEntry[] {
    const versions = this.#snapshot.versionsOf(name);
    if (versions.length === 0) throw new ModelNotFoundError(name, this.#snapshot.names);
    return versions.map((entry) => this.#stateOf(entry));
  }

  #entryOf(name: string, version: string): IndexEntry {
    const versions = this.#versionsOf(name);
    const entry = versions.find((candidate) => candidate.version === version);
    if (entry === undefined) throw new VersionNotFoundError(name, version, versions.map((known) => known.version).reverse());
    return entry;
  }

  /** The highest version on offer; where there is none, the highest unloaded one, so that the caller hears of the unload. */
  #latestOf(name: string): IndexEntry {
    const versions = this.#versionsOf(name);
    const highest = (state: IndexEntry['state']) => versions.findLast((entry) => entry.state === state);
    return highest('available') ?? highest('unloaded') ?? versions.at(-1)!;
  }

  async #verify(version: ModelVersion, variant: Variant): Promise<string> {
    const files = new ModelFiles(version.folder, this.#knowledge);
    const hash = (absolute: string) => {
      const path = files.relative(absolute);
      return files.hash(path, version.pins?.find((pin) => pin.path === path));
    };
    if (version.tokenizerFile !== undefined) await hash(version.tokenizerFile);
    const graph = await hash(variant.file);
    await refuseNewExternalData(files, variant);
    const externalData: string[] = [];
    for (const file of variant.externalData) externalData.push(await hash(file));
    return digestOf([graph, ...externalData]);
  }

  #condemn(version: ModelVersion, reason: string): never {
    this.#faults.set(version, reason);
    throw new ModelBrokenError(version.name, reason);
  }
}

function servedModel({ name, state, reason = 'unknown', model }: IndexEntry): ModelVersion {
  if (state === 'unloaded') throw new ModelUnloadedError(name);
  if (state === 'failed' || model === undefined) throw new ModelBrokenError(name, reason);
  return model;
}

function variantOf(version: ModelVersion, name: string): Variant {
  const variant = version.variants.find((candidate) => candidate.name === name);
  if (variant === undefined) throw new VariantNotFoundError(version.name, name, version.variants.map((known) => known.name));
  return variant;
}

/** A graph replaced after the scan may take weights from files that nobody checked. */
async function refuseNewExternalData(files: ModelFiles, { file, externalData }: Variant): Promise<void> {
  const path = files.relative(file);
  const now = (await files.externalLocations(path)).map((location) => join(dirname(file), location));
  if (now.join('\n') !== externalData.join('\n')) throw new RefusedError(`${path} was replaced and takes weights from other files now`);
}
