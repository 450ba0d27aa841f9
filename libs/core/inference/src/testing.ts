export { FakeModelRuntime, FakeModelSession, type FakeModelOptions } from './lib/fake-model-runtime';
export { modelRuntimeContract, type ModelRuntimeFixture } from './lib/model-runtime.contract';
