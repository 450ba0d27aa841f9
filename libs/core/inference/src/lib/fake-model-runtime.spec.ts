import { FakeModelRuntime } from './fake-model-runtime';
import type { ModelArtifact } from './model-runtime.port';
import { modelRuntimeContract } from './model-runtime.contract';

const encoder: ModelArtifact = { name: 'fake', version: '1', variant: 'fp32', file: 'fake.onnx', digest: 'sha256:0', maxTokens: 32, maxBatchRows: 8 };

describe('FakeModelRuntime', () => {
  modelRuntimeContract(async () => ({
    runtime: new FakeModelRuntime({ parallelism: 2, broken: 'broken', derivable: ['int8'] }),
    encoder,
    broken: { ...encoder, file: 'broken.onnx' },
  }));
});
