import type { Signature, TensorMap, TensorWork } from '@cortex/inference';
import type { RequestContext } from '@cortex/kernel';
import type { IndexEntry, ModelRegistry, ResolvedModel } from '@cortex/model-registry';
import type { LoadedModel, ModelStatistics, RoutedCall } from '@cortex/orchestrator';

type Run = (inputs: TensorMap, context: RequestContext) => TensorMap | Promise<TensorMap>;

const ECHO: Signature = {
  inputs: [{ name: 'x', dtype: 'float32', axes: ['rows', 'width'] }],
  outputs: [{ name: 'y', dtype: 'float32', axes: ['rows', 'width'] }],
};

/** Runs what a spec says, by default the input `x` as the output `y`, and remembers what it was asked. */
export class FakeOrchestrator {
  signature: Signature = ECHO;
  run: Run = ({ x }) => ({ y: x! });
  readonly works: TensorWork[] = [];
  readonly contexts: RequestContext[] = [];
  readonly changes: string[] = [];
  readonly policies: object[] = [];
  #loaded: LoadedModel[] = [];

  constructor(private readonly registry: ModelRegistry) {}

  async infer({ model, work }: { readonly model: string | ResolvedModel; readonly work: TensorWork }, context: RequestContext): Promise<object> {
    this.works.push(work);
    this.contexts.push(context);
    const outputs = await this.run(work.inputs, context);
    const wanted = work.outputs ?? Object.keys(outputs);
    return { model: await this.describe(model), output: { kind: 'tensors', outputs: Object.fromEntries(wanted.map((name) => [name, outputs[name]])) } };
  }

  route<T>(model: ResolvedModel, { run }: RoutedCall<T>, context: RequestContext): Promise<T> {
    return run(model, context);
  }

  async describe(model: string | ResolvedModel): Promise<LoadedModel> {
    const { version } = typeof model === 'string' ? await this.registry.resolve(model) : model;
    const known = this.#loaded.find(({ source }) => source === version);
    if (known) return known;
    const loaded: LoadedModel = {
      name: version.name, version: version.version, variant: 'fp32', digest: 'sha256:0', batchInvariant: true, fidelity: 1,
      signature: this.signature, placement: 'inline', parallelism: 1, maxBatchRows: 32, memoryBytes: 1_000, loadMs: 5, choice: { reason: 'the only one', measured: [] }, source: version,
    };
    this.#loaded.push(loaded);
    return loaded;
  }

  readonly workshop = {
    list: () => [{ name: 'cortex-embed-small', version: '1', stage: 'waiting', variants: [] }],
    prepare: () => Promise.resolve(),
  };

  loading(): readonly [] {
    return [];
  }

  load(reference: string, policy?: object): Promise<LoadedModel> {
    this.changes.push(`load ${reference}`);
    if (policy) this.policies.push(policy);
    return this.describe(reference);
  }

  unload(reference: string): Promise<void> {
    this.changes.push(`unload ${reference}`);
    return Promise.resolve();
  }

  index(): readonly IndexEntry[] {
    return this.registry.index();
  }

  loaded(): readonly LoadedModel[] {
    return this.#loaded;
  }

  statistics(): readonly ModelStatistics[] {
    const some = { count: 2, ms: 1.5 };
    return this.#loaded.map((model) => ({
      model, inferenceCount: 4, executionCount: 2, lastInferenceAt: 1_700_000_000_000,
      success: some, fail: { count: 0, ms: 0 }, queue: some, run: some, cacheHit: some, cacheMiss: some, batches: [{ rows: 2, ...some }],
    }));
  }
}
