import { SystemClock, type Clock } from '@cortex/kernel';
import type { ModelArtifact } from '@cortex/inference';
import { MemoryModelCatalog } from './catalog/memory-model-catalog';
import { FirstLoadPins } from './first-load-pins';
import { scanFolder } from './folder-scan';
import { FileKnowledge } from './model-files';
import { kept } from './model-record';
import { ModelRecords } from './model-records';
import { LATEST, parseModelReference, type ModelReference } from './model-reference';
import { ModelSnapshot } from './model-snapshot';
import type { IndexEntry, ModelVersion, ResolvedModel, Task, Variant } from './model-version';
import { reasonOf } from './refused.errors';
import type { RegistryOptions } from './model-registry.options';
import { ModelBrokenError, ModelNotFoundError, ModelUnloadedError, NoDefaultModelError, VariantNotFoundError, VersionNotFoundError } from './registry.errors';
import { drawn, trialOf, type Trial } from './releases/trial';
import type { VersionSupply } from './sharing/version-supply.port';
import { Verification } from './verification';
import { compareVersions } from './version-order';
import { Withdrawals } from './withdrawals';

/** A flood of unknown names reads the disk no more often than this. */
const MISS_REFRESH_INTERVAL_MS = 1_000;

export interface ModelRegistryParts {
  /** Aliases, rollouts, pins. Default: kept in memory. */
  readonly records?: ModelRecords;
  readonly scan?: typeof scanFolder;
}

/** Who asks for a model: a RequestContext is one. */
export interface Asker {
  /** Decides, where a rollout is, which version answers. */
  readonly id?: string;
  /** Ends a wait for a version that is on its way here. */
  readonly signal?: AbortSignal;
}

/** What a reference means now, worked out once. */
interface Target {
  readonly model: ResolvedModel;
  readonly trial?: Trial;
}

/** What exists: names, versions, aliases, variants, files and their hashes. It never loads a model. */
export class ModelRegistry {
  readonly records: ModelRecords;
  #snapshot = new ModelSnapshot([]);
  /** By reference, each worked out of one state; all are forgotten when anything changes, so no request sees a mixture. Bounded by what exists. */
  readonly #targets = new Map<string, Target>();
  readonly #knowledge = new FileKnowledge();
  readonly #withdrawals = new Withdrawals();
  readonly #verification: Verification;
  /** What turned out to be wrong with a version although its folder read well; a scan makes new versions. */
  readonly #faults = new WeakMap<ModelVersion, string>();
  readonly #scanFolder: typeof scanFolder;
  #supply: VersionSupply | undefined;
  #refreshing: Promise<void> | undefined;
  #refreshedAtMs = -Infinity;

  constructor(private readonly options: RegistryOptions, private readonly clock: Clock = new SystemClock(), parts: ModelRegistryParts = {}) {
    this.#scanFolder = parts.scan ?? scanFolder;
    this.records = parts.records ?? new ModelRecords(new MemoryModelCatalog());
    this.#verification = new Verification(this.#knowledge, new FirstLoadPins(this.records));
    this.records.onChange(() => this.#targets.clear());
  }

  /** Reads all folders anew; a call during a running scan joins it. Never throws for a bad folder, and keeps what was withdrawn. @throws CatalogUnavailableError the first time */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#scan().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** `name[@version|@alias][+variant]`; what is unknown or broken is looked for anew, at most once a second, and what others share is waited for. For a request, rollouts of the alias have a say. @throws InvalidReferenceError, ModelNotFoundError, VersionNotFoundError, VariantNotFoundError, ModelUnloadedError, ModelBrokenError, and as VersionSupply */
  async resolve(reference: string, asker: Asker = {}): Promise<ResolvedModel> {
    const { model, trial } = this.#targets.get(reference) ?? (await this.#look(reference, asker));
    return trial && asker.id !== undefined ? drawn(model, trial, asker.id) : model;
  }

  /** Where versions come from, from now on, that the records share and no folder holds. */
  supplyFrom(supply: VersionSupply): void {
    this.#supply = supply;
  }

  /** A version that can be served, by its own name or an alias's. @throws as resolve */
  get(name: string, tag: string = LATEST): ModelVersion {
    return servedModel(this.#entryOf(name, tag));
  }

  /** A version that may be broken or unloaded; without a tag the highest whose folder could be read. @throws ModelNotFoundError, VersionNotFoundError, ModelBrokenError when its folder cannot be read */
  locate(name: string, tag: string = LATEST): ModelVersion {
    const number = this.#versionNamed(name, tag);
    const { reason = 'unknown', model } = number === undefined && tag === LATEST ? this.#highestOf(name) : this.#entryOf(name, tag);
    if (model === undefined) throw new ModelBrokenError(name, reason);
    return model;
  }

  /** The reference that answers where a protocol names no model: the configured one, otherwise the bundled one. @throws NoDefaultModelError */
  defaultFor(task: Task): string {
    const reference = this.options.defaults?.[task] ?? this.#snapshot.bundledFor(task);
    if (reference === undefined) throw new NoDefaultModelError(task);
    return reference;
  }

  /** Verifies the variant's files against their pins and hashes them (kept while size and mtime stay); a version that fails is listed as failed. Files that nobody pinned are pinned. @throws VariantNotFoundError, ModelBrokenError, CatalogUnavailableError */
  async artifact(version: ModelVersion, variant: string): Promise<ModelArtifact> {
    const graph = variantOf(version, variant);
    const { digest, files } = await this.#verification.verify(version, graph).catch((error: unknown) => this.#condemn(version, reasonOf(error)));
    await this.#verification.pin(version, files);
    const { name, maxTokens, vocabularySize, head, maxBatchRows = this.options.maxBatchRows } = version;
    const isolation = version.origin === 'installed' ? { isolation: 'process' as const } : undefined; // nobody here vouches for its files
    return { name, version: version.version, variant, file: graph.file, digest, maxTokens, maxBatchRows, vocabularySize, head, ...isolation };
  }

  /** Accepts a version's files as they are now, if they are not what they were at its first load: an explicit load asks for it. Says whether any had changed. @throws ModelNotFoundError, VersionNotFoundError, ModelBrokenError, CatalogUnavailableError */
  async repin(name: string, tag: string = LATEST, by = 'cortex'): Promise<boolean> {
    const version = this.locate(name, tag);
    const changes = await this.#verification.changesOf(version).catch((error: unknown) => this.#condemn(version, reasonOf(error)));
    if (changes.length === 0) return false;
    await this.#verification.accept(version, changes, by);
    this.#faults.delete(version);
    this.#targets.clear();
    return true;
  }

  /** All versions by name, the highest last. */
  index(): readonly IndexEntry[] {
    return this.#snapshot.entries.map((entry) => this.#stateOf(entry));
  }

  /** A model's versions, whatever their state, the highest last. @throws ModelNotFoundError */
  versionsOf(name: string): readonly IndexEntry[] {
    const versions = this.#snapshot.versionsOf(name);
    if (versions.length === 0) throw new ModelNotFoundError(name, this.#snapshot.names);
    return versions.map((entry) => this.#stateOf(entry));
  }

  /** After it `resolve` throws ModelUnloadedError until `offer`. Version undefined or `latest`: all, later ones included. @throws ModelNotFoundError, VersionNotFoundError */
  withdraw(name: string, tag: string = LATEST): void {
    if (tag === LATEST) this.versionsOf(name);
    this.#withdrawals.withdraw(name, tag === LATEST ? undefined : this.#entryOf(name, tag).version);
    this.#targets.clear();
  }

  /** Takes a withdrawal back; without one, or for an unknown name, it changes nothing. */
  offer(name: string, tag: string = LATEST): void {
    this.#withdrawals.offer(name, tag === LATEST ? undefined : (this.#versionNamed(name, tag) ?? tag));
    this.#targets.clear();
  }

  /** Whether an operator took it out of service, with its model or alone. */
  isWithdrawn(name: string, version: string): boolean {
    return this.#withdrawals.has(name, version);
  }

  /** Of a version that is gone: should one of its name come again, it stands as its model does. */
  forgetWithdrawal(name: string, version: string): void {
    this.#withdrawals.forget(name, version);
    this.#targets.clear();
  }

  async #scan(): Promise<void> {
    await this.records.open();
    this.#refreshedAtMs = this.clock.now();
    const folders = this.options.folders.map(async (root) => ({ origin: root.origin, entries: await this.#scanFolder(root, this.#knowledge) }));
    const snapshot = new ModelSnapshot(await Promise.all(folders));
    for (const { model } of snapshot.entries) if (model) await this.#verification.refuseKnownChange(model).catch((error: unknown) => this.#faults.set(model, reasonOf(error)));
    this.#withdrawals.forgetOffersUnless((name, version) => snapshot.find(name, version) !== undefined);
    this.#snapshot = snapshot;
    this.#targets.clear();
  }

  async #look(reference: string, asker: Asker): Promise<Target> {
    const wanted = parseModelReference(reference);
    if (!this.#isServed(wanted)) await this.#refreshForMiss();
    if (this.#supply && !this.#isServed(wanted)) await this.#bring(this.#supply, wanted, asker);
    const target = this.#targetOf(wanted);
    this.#targets.set(reference, target);
    return target;
  }

  /** Without a version, and nothing here, the highest one that is shared. */
  async #bring(supply: VersionSupply, { name, version: tag = LATEST }: ModelReference, { signal }: Asker): Promise<void> {
    await this.records.reread(name); // others may have shared it just now
    const { aliases, provenance, shared } = this.records.of(name);
    const version = kept(aliases, tag) ?? (tag === LATEST ? Object.keys({ ...provenance, ...shared }).sort(compareVersions).at(-1) : tag);
    if (version !== undefined && !this.#snapshot.find(name, version)) await supply.bring(name, version, signal);
  }

  #targetOf({ name, version: tag = LATEST, variant }: ModelReference): Target {
    const version = servedModel(this.#entryOf(name, tag));
    if (variant !== undefined && !this.#mayBeDerived(version, variant)) variantOf(version, variant);
    const alias = tag === version.version ? undefined : tag;
    return { model: { version, variant, alias }, trial: alias === undefined ? undefined : this.#trialOf(version, alias, variant) };
  }

  /** Undefined also while the version that is tried cannot be served: the alias's own answers alone. */
  #trialOf(stable: ModelVersion, alias: string, variant: string | undefined): Trial | undefined {
    const { name } = stable;
    const rollout = this.records.of(name).rollouts.find((candidate) => candidate.alias === alias);
    const entry = rollout && this.#snapshot.find(name, rollout.version);
    const { state, model } = entry ? this.#stateOf(entry) : {};
    const hasVariant = (one: ModelVersion, wanted: string) => one.variants.some(({ name: known }) => known === wanted) || this.#mayBeDerived(one, wanted);
    const canAnswer = state === 'available' && (variant === undefined || (model !== undefined && hasVariant(model, variant)));
    return rollout && model && model !== stable && canAnswer ? trialOf(rollout, model) : undefined;
  }

  /** Whether it can be made in the end is the runtime's word. */
  #mayBeDerived({ maxTokens }: ModelVersion, variant: string): boolean {
    return maxTokens > 0 && (this.options.derivable?.includes(variant) ?? false);
  }

  async #refreshForMiss(): Promise<void> {
    const isRecent = this.clock.now() - this.#refreshedAtMs < MISS_REFRESH_INTERVAL_MS;
    if (this.#refreshing || !isRecent) await this.refresh();
  }

  /** Whether there is no reason to look on the disk again. */
  #isServed({ name, version: tag = LATEST }: ModelReference): boolean {
    const number = this.#versionNamed(name, tag);
    const meant = this.#snapshot.versionsOf(name).filter(({ version }) => version === number || (number === undefined && tag === LATEST));
    return meant.some((entry) => this.#stateOf(entry).state !== 'failed');
  }

  #stateOf(entry: IndexEntry): IndexEntry {
    const fault = (entry.model && this.#faults.get(entry.model)) ?? this.records.damageOf(entry.name)?.message;
    if (fault !== undefined) return { ...entry, state: 'failed', reason: fault };
    const isWithdrawn = entry.state === 'available' && this.#withdrawals.has(entry.name, entry.version);
    return isWithdrawn ? { ...entry, state: 'unloaded' } : entry;
  }

  /** A version by its own name, or where an alias was moved to; undefined for what is neither, and for a `latest` that nobody moved. */
  #versionNamed(name: string, tag: string): string | undefined {
    return this.#snapshot.find(name, tag) ? tag : kept(this.records.of(name).aliases, tag);
  }

  #entryOf(name: string, tag: string): IndexEntry {
    const versions = this.versionsOf(name);
    const number = this.#versionNamed(name, tag);
    if (number === undefined && tag === LATEST) return this.#latestOf(name);
    const entry = versions.find(({ version }) => version === number);
    if (entry === undefined) throw new VersionNotFoundError(name, number ?? tag, [...versions.map(({ version }) => version).reverse(), ...Object.keys(this.records.of(name).aliases)]);
    return entry;
  }

  #highestOf(name: string): IndexEntry {
    const versions = this.versionsOf(name);
    return versions.findLast(({ model }) => model !== undefined) ?? versions.at(-1)!;
  }

  /** The highest version on offer; where there is none, the highest unloaded one, so that the caller hears of the unload. */
  #latestOf(name: string): IndexEntry {
    const versions = this.versionsOf(name);
    const highest = (state: IndexEntry['state']) => versions.findLast((entry) => entry.state === state);
    return highest('available') ?? highest('unloaded') ?? versions.at(-1)!;
  }

  #condemn(version: ModelVersion, reason: string): never {
    this.#faults.set(version, reason);
    this.#targets.clear();
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
