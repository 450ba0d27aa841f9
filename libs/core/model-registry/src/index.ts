/** What exists: names, versions, variants, files and hashes. It never loads. */
export { ModelRegistry } from './lib/model-registry';
/** `ModelRegistryModule.forRoot({ folders })`: provides a ModelRegistry that has read its folders. */
export { ModelRegistryModule } from './lib/model-registry.module';
/** Options with their defaults: no folders, 32 rows a batch, bundled default models. */
export { registryOptionsSchema, type RegistryOptions } from './lib/model-registry.options';
/** `name[@version|@alias][+variant]`, read (throws InvalidReferenceError) and written. */
export { LATEST, parseModelReference, printModelReference, type ModelReference } from './lib/model-reference';
/** One version of a model, its files, and what a reference came to mean. Paths are absolute, sizes in bytes. */
export { type FilePin, type IndexEntry, type ModelVersion, type ResolvedModel, type RolloutDraw, type Task, type Variant } from './lib/model-version';
/** Port: what is kept of models beside their files; and what is kept. */
export { ModelCatalog } from './lib/model-catalog.port';
export { type HistoryEntry, type ModelRecord, type Provenance, type Rollout } from './lib/model-record';
/** Port: runs a version against what must hold before an alias moves to it. */
export { GateRunner } from './lib/gate-runner.port';
export { type GateCheck, type GateReport, type GateSpec } from './lib/gate';
/** Why a model cannot be used; each has a stable code `REGISTRY.…`. */
export {
  InvalidReferenceError,
  ModelBrokenError,
  ModelNotFoundError,
  ModelUnloadedError,
  NoDefaultModelError,
  VariantNotFoundError,
  VersionNotFoundError,
} from './lib/registry.errors';
