/** What exists: names, versions, variants, files and hashes. It never loads. */
export { ModelRegistry, type Asker, type ModelRegistryParts } from './lib/model-registry';
/** `ModelRegistryModule.forRoot({ folders })`: provides a ModelRegistry that has read its folders. */
export { ModelRegistryModule } from './lib/model-registry.module';
/** Options with their defaults: no folders, 32 rows a batch, bundled default models. */
export { registryOptionsSchema, type RegistryOptions } from './lib/model-registry.options';
/** `name[@version|@alias][+variant]`, read (throws InvalidReferenceError) and written. */
export { LATEST, parseModelReference, printModelReference, type ModelReference } from './lib/model-reference';
/** One version of a model, its files, and what a reference came to mean. Paths are absolute, sizes in bytes. */
export { type FilePin, type IndexEntry, type ModelVersion, type ResolvedModel, type RolloutDraw, type Task, type Variant } from './lib/model-version';
/** What the columns of a token's numbers say, by head: a label a word, or one of the whole text. */
export { type ClassifyHead, type TagsHead, type TokenHead, type TokenHeads } from './lib/token-heads';
/** Port: what is kept of models beside their files; what is kept; and where: this process; `@cortex/postgres` keeps it. */
export { ModelCatalog } from './lib/model-catalog.port';
export { type HistoryEntry, type ModelRecord, type Provenance, type Rollout } from './lib/model-record';
export { checkModelRecord, readModelRecord } from './lib/catalog/record-schema';
export { MemoryModelCatalog } from './lib/catalog/memory-model-catalog';
/** The kept records in memory: `change(name, edit)` is how anything is kept of a model. */
export { ModelRecords } from './lib/model-records';
/** Which version an alias gives: moves, gates, the way back. And how a version is deleted. */
export { Releases, type AliasMove, type AliasState, type Promotion } from './lib/releases/releases';
export { deleteVersion, type Deletion } from './lib/releases/deletion';
/** Versions tried on part of an alias's requests, and how they do. */
export { Rollouts, type Author, type RolloutRequest, type RolloutSubject } from './lib/releases/rollouts';
export { type ArmSummary, type RolloutSummary, type ShadowSummary } from './lib/releases/rollout-report';
/** Port: runs a version against what must hold before an alias moves to it. */
export { GateRunner } from './lib/gate-runner.port';
export { gateSpecSchema, type GateCheck, type GateReport, type GateSpec } from './lib/gate';
/** Why a model cannot be used or changed; each has a stable code `REGISTRY.…`. */
export {
  AliasMovedError,
  AliasNotFoundError,
  CatalogConflictError,
  CatalogDamagedError,
  CatalogUnavailableError,
  GateFailedError,
  GateNotFoundError,
  GateRunningError,
  InvalidAliasError,
  InvalidReferenceError,
  InvalidRolloutError,
  ModelBrokenError,
  ModelNotFoundError,
  ModelUnloadedError,
  NoDefaultModelError,
  NothingToRollBackError,
  RecordTooLargeError,
  RolloutNotFoundError,
  VariantNotFoundError,
  VersionFixedError,
  VersionInUseError,
  VersionNotFoundError,
} from './lib/registry.errors';
/** Models that replicas share: where they lie for all, and what a replica offers for it. */
export { ModelShelf, type Pushed, type ShelfParts } from './lib/sharing/model-shelf';
export { ModelUnloader } from './lib/sharing/model-unloader.port';
export { VersionSupply } from './lib/sharing/version-supply.port';
export { NotShareableError, VersionComingError } from './lib/sharing/sharing.errors';
/** Models from elsewhere: pulled and uploaded, hostile until proven, resumable, installed whole or not at all. */
export { ModelTransfersModule } from './lib/sources/model-transfers.module';
export { Pulls } from './lib/sources/pulls';
export { type PullParts } from './lib/sources/pull-kind';
export { type PullProgress, type PullRequest, type TransferState } from './lib/sources/pull';
export { Uploads, type DeclaredFile, type UploadPart, type UploadParts, type UploadProgress, type UploadRequest } from './lib/sources/uploads';
export { Installer, type Arrived, type InstallerParts, type RecordArrival } from './lib/sources/installer';
export { Incoming } from './lib/sources/incoming';
export { transfersOptionsSchema, type TransferLimits, type TransfersOptions } from './lib/sources/transfers.options';
/** Port: one model somewhere else; and what finds it by its address. */
export {
  ModelSource,
  ModelSources,
  type PartialFile,
  type SourceAddress,
  type SourceBody,
  type SourceFile,
  type SourceModel,
} from './lib/sources/model-source.port';
/** Why a transfer fails; each has a stable code `REGISTRY.…`. */
export {
  ChecksumMismatchError,
  FileRefusedError,
  ModelRefusedError,
  ModelTooLargeError,
  NameRefusedError,
  SourceFailedError,
  SourceForbiddenError,
  SourceNotFoundError,
  SourceTooSlowError,
  StorageFullError,
  TooManyTransfersError,
  TransferCancelledError,
  TransferInterruptedError,
  TransferNotFoundError,
  UploadIncompleteError,
  UploadOffsetError,
  UploadTooSlowError,
  VersionBusyError,
  VersionExistsError,
} from './lib/sources/transfer.errors';
