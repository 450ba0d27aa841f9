/** What every ResultCache promises: call it inside a spec. */
export { resultCacheContract } from './lib/result-cache.contract';
