import type { ModelArtifact } from '@cortex/inference';
import { FakeClock } from '@cortex/kernel/testing';
import { ModelRegistry } from '../lib/model-registry';
import type { ModelVersion, Task } from '../lib/model-version';

/** A version that needs no folder: `name` 1, to embed, fp32, mean pooled; say what differs. */
export function aModelVersion(differs: Partial<ModelVersion> = {}): ModelVersion {
  const { name = 'a-model', version = '1' } = differs;
  const folder = `/models/${name}/${version}`;
  return {
    name, version, folder, task: 'embed', runtime: 'onnx', origin: 'folder',
    variants: [{ name: 'fp32', file: `${folder}/model.onnx`, bytes: 1_000, externalData: [] }],
    maxTokens: 128, vocabularySize: 1_000, head: { pooling: 'mean', normalize: true },
    ...differs,
  };
}

/** The real registry over versions that lie nowhere; the first of each task is its default. */
export class FakeModelRegistry extends ModelRegistry {
  /** Added to and removed from by specs; `refresh` makes it seen. */
  readonly versions: ModelVersion[];

  private constructor(versions: readonly ModelVersion[], defaults: Partial<Record<Task, string>>) {
    const found = [...versions];
    const entries = () => found.map((model) => ({ name: model.name, version: model.version, state: 'available' as const, model }));
    super({ folders: [{ path: '/models', origin: 'folder' }], maxBatchRows: 32, defaults }, new FakeClock(), { scan: () => Promise.resolve(entries()) });
    this.versions = found;
  }

  static async of(...versions: readonly ModelVersion[]): Promise<FakeModelRegistry> {
    const defaults: Partial<Record<Task, string>> = {};
    for (const { task, name } of versions) defaults[task] ??= name;
    const registry = new FakeModelRegistry(versions, defaults);
    await registry.refresh();
    return registry;
  }

  /** The digest is made of the reference, so that two variants never share one. */
  override artifact(version: ModelVersion, variant: string): Promise<ModelArtifact> {
    const { name, version: number, maxTokens, vocabularySize, head, maxBatchRows = 32 } = version;
    const file = version.variants.find((candidate) => candidate.name === variant)?.file;
    if (file === undefined) return super.artifact(version, variant);
    return Promise.resolve({ name, version: number, variant, file, digest: `sha256:${name}@${number}+${variant}`, maxTokens, maxBatchRows, vocabularySize, head });
  }
}
