/** What every PassageIndex promises: call it inside a spec. The fake is MemoryPassageIndex. */
export { passageIndexContract } from './lib/retrieval/passage-index.contract';
