import { availableParallelism } from 'node:os';
import { ModelRegistryModule } from '@cortex/model-registry';
import { OnnxModule } from '@cortex/onnx';
import { OrchestratorModule } from '@cortex/orchestrator';
import { ResourceGovernorModule } from '@cortex/resource-governor';
import { TextModelsModule } from '@cortex/text-models';
import type { DynamicModule } from '@nestjs/common';

export interface InferencePlan {
  readonly folders: readonly { readonly path: string; readonly origin: 'bundled' | 'folder' }[];
  readonly cacheDir: string;
  /** By task, where a request names no model. */
  readonly defaults?: Readonly<Partial<Record<'embed' | 'token-classify', string>>>;
}

/** What answers for models in this process, with all cores, put together as the app does it. */
export function inferenceModules({ folders, cacheDir, defaults = {} }: InferencePlan): DynamicModule[] {
  const threads = availableParallelism();
  return [
    ModelRegistryModule.forRoot({ folders: [...folders], maxBatchRows: 32, defaults }),
    ResourceGovernorModule.forRoot({ parallelism: threads, reservedParallelism: threads, budgetMs: 500 * threads, waitingLimitMs: 10_000 * threads }),
    OnnxModule.forRoot({ threads, cacheDir }),
    OrchestratorModule.forRoot({}),
    TextModelsModule.forRoot({}),
  ];
}
