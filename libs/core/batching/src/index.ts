/** What runs together. */
export { Batcher, type BatcherOptions, type BatchReport, type RunOutput } from './lib/batcher';
/** All a batcher knows of the work. */
export { type BatchItem } from './lib/planner';
/** What a batch costs, predicted from timed runs. */
export { costOf, fitCostModel, type CostModel, type CostSample } from './lib/cost-model';
/** What becomes of a batch that failed. */
export { retryByKind, type Retry } from './lib/retry';
export { BatcherClosedError } from './lib/batching.errors';
