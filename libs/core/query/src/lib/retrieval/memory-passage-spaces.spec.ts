import { MemoryPassageIndex } from './memory-passage-index';
import { MemoryPassageSpaces } from './memory-passage-spaces';
import { MemoryPassages } from './memory-passages';
import { passageSpacesContract } from './passage-spaces.contract';

describe('MemoryPassageSpaces', () =>
  passageSpacesContract(async () => {
    const passages = new MemoryPassages();
    return { index: new MemoryPassageIndex(passages), spaces: new MemoryPassageSpaces(passages) };
  }));
