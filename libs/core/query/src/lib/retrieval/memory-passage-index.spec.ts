import { MemoryPassageIndex } from './memory-passage-index';
import { passageIndexContract } from './passage-index.contract';

describe('MemoryPassageIndex', () => passageIndexContract(() => Promise.resolve(new MemoryPassageIndex())));
