/** The request path: every inference in the process goes through `Orchestrator.infer`. */
export { Orchestrator, type InferenceRequest, type InferenceResult, type OrchestratorParts } from './lib/orchestrator';
/** Which model answered, and what is loaded. */
export { type LoadedModel, type ServedModel } from './lib/served-model';
/** Counters of a model since it was first chosen. */
export { type ModelStatistics, type Tally } from './lib/model-statistics';
/** Port: keeps rows' vectors under exact keys. */
export { ResultCache } from './lib/result-cache.port';
/** Vectors in this process, bounded in bytes. */
export { MemoryResultCache } from './lib/memory-result-cache';
export { ShuttingDownError } from './lib/orchestrator.errors';
/** Options with their defaults, and the Nest face. */
export { orchestratorOptionsSchema, type OrchestratorOptions } from './lib/orchestrator.options';
export { OrchestratorModule } from './lib/orchestrator.module';
