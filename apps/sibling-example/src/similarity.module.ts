import { bundledModelsFolder } from '@cortex/bundled-models';
import { ModelRegistryModule } from '@cortex/model-registry';
import { OnnxModule } from '@cortex/onnx';
import { OrchestratorModule } from '@cortex/orchestrator';
import { ResourceGovernorModule } from '@cortex/resource-governor';
import { TextModelsModule } from '@cortex/text-models';
import { Module } from '@nestjs/common';
import { Similarity } from './similarity';

/** Everything that inference needs, in another application: what exists, how much may be, how it runs. */
@Module({
  imports: [
    ModelRegistryModule.forRoot({ folders: [{ path: bundledModelsFolder(), origin: 'bundled' }], maxBatchRows: 32, defaults: { embed: 'cortex-embed-small' } }),
    ResourceGovernorModule.forRoot({}),
    OnnxModule.forRoot({ threads: 1 }),
    OrchestratorModule.forRoot({}),
    TextModelsModule.forRoot({}),
  ],
  providers: [Similarity],
})
export class SimilarityModule {}
