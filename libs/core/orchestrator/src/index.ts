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
export { ShuttingDownError, TooManyWaitingError } from './lib/orchestrator.errors';
/** What a request would go through, thrown where its context says `dryRun`. */
export { Explained, type Explanation } from './lib/explanation';
/** Loads under way, and how long what is unused stays. */
export { type LoadProgress, type LoadStage } from './lib/session-slot';
export { type KeepAlivePolicy } from './lib/keep-alive';
/** Port: told how each side of a rollout does. A request goes through one by `Orchestrator.route`. */
export { RolloutObserver, type RolloutOutcome } from './lib/rollout-observer.port';
export { type RoutedCall } from './lib/rollout-routing';
/** Options with their defaults, and the Nest face. */
export { orchestratorOptionsSchema, type OrchestratorOptions } from './lib/orchestrator.options';
export { OrchestratorModule } from './lib/orchestrator.module';
