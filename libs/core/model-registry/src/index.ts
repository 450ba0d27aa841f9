/** What exists: names, versions, variants, files and hashes. It never loads. */
export { ModelRegistry } from './lib/model-registry';
/** `ModelRegistryModule.forRoot({ folders })`: provides a ModelRegistry that has read its folders. */
export { ModelRegistryModule } from './lib/model-registry.module';
/** Options with their defaults: no folders, 32 rows a batch, bundled default models. */
export { registryOptionsSchema, type RegistryOptions } from './lib/model-registry.options';
/** `name[@version|@alias][+variant]`, read (throws InvalidReferenceError) and written. */
export { LATEST, parseModelReference, printModelReference, type ModelReference } from './lib/model-reference';
/** One version of a model, its files, and what a reference came to mean. Paths are absolute, sizes in bytes. */
export { type FilePin, type IndexEntry, type ModelVersion, type ResolvedModel, type Task, type Variant } from './lib/model-version';
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
