import { FakeModelSource } from './fake-model-source';
import { describeModelSource } from './model-source.contract';

describeModelSource('FakeModelSource', (files) => {
  const source = new FakeModelSource(files);
  const change = (path: string) => {
    source.content = { ...source.content, [path]: source.content[path]!.map((byte) => byte ^ 1) };
  };
  return Promise.resolve({ source, change, [Symbol.asyncDispose]: () => Promise.resolve() });
});
