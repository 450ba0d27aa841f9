import { externalPipelinesContract } from './external-pipelines.contract';
import { MemoryExternalPipelines } from './memory-external-pipelines';

describe('MemoryExternalPipelines', () => externalPipelinesContract(async () => new MemoryExternalPipelines({ echo: (inputs) => inputs, count: () => 7 })));
