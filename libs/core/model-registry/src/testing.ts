/** A registry over versions that lie nowhere, and such versions. */
export { FakeModelRegistry, aModelVersion } from './testing/fake-model-registry';
/** Model folders for specs: files, manifest pins, and bytes that are ONNX by their structure only. */
export { onnxBytes, pinsOf, writeFiles, type OnnxOptions } from './testing/model-folders';
/** What every ModelCatalog promises: call it inside a spec. */
export { modelCatalogContract } from './lib/catalog/model-catalog.contract';
/** What every ModelSource holds to, and one in memory. */
export { describeModelSource, type SourceUnderTest } from './testing/model-source.contract';
export { FakeModelSource, FakeModelSources, type FakeSourceOptions } from './testing/fake-model-source';
