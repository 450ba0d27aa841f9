/** A Cortex of its own for tests and benchmarks, as a child process with a fresh home. */
export { CortexProcess } from './cortex-process';
/** A real Haystack server beside it. */
export { HayhooksProcess } from './hayhooks-process';
export { freePort } from './free-port';
/** Where the repository and the models and data beside it lie. */
export { encoderFolder, repositoryRoot, sharedFolder, sharedModels } from './paths';
/** The real services beside it. */
export { runningServices, type RunningServices } from './running-services';
