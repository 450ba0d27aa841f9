import { LoadFailedError } from './inference.errors';
import { ModelRuntime, ModelSession, type Derivatives, type ModelArtifact, type VariantProfile } from './model-runtime.port';
import type { Signature } from './signature';
import type { TensorMap } from './tensor';
import type { BatchOutput, TokenRow, Work } from './work';

export interface FakeModelOptions {
  readonly signature?: Signature;
  readonly parallelism?: number;
  readonly profile?: Partial<VariantProfile>;
  /** Files whose name contains this cannot be loaded. */
  readonly broken?: string;
  /** The variants it can derive. */
  readonly derivable?: readonly string[];
  /** Called before each run, to hold it back or to make it fail. */
  readonly beforeRun?: (batch: Work) => Promise<void> | void;
}

const TEXT_SIGNATURE: Signature = {
  inputs: [
    { name: 'input_ids', dtype: 'int64', axes: ['batch', 'sequence'] },
    { name: 'attention_mask', dtype: 'int64', axes: ['batch', 'sequence'] },
  ],
  outputs: [{ name: 'last_hidden_state', dtype: 'float32', axes: ['batch', 'sequence', 3] }],
};

/** Models without weights, for specs: a text's vector is [sum of ids, tokens, first id]; tensors come back as they went in. */
export class FakeModelRuntime extends ModelRuntime {
  /** What was asked of it, in order. */
  readonly measured: string[] = [];
  readonly opened: FakeModelSession[] = [];
  readonly #derived: { readonly of: string; readonly artifact: ModelArtifact }[] = [];

  constructor(private readonly options: FakeModelOptions = {}) {
    super();
  }

  async measure(artifact: ModelArtifact): Promise<VariantProfile> {
    this.#refuseBroken(artifact);
    this.measured.push(artifact.variant);
    return {
      measurements: [{ rows: 1, length: 8, ms: 1 }, { rows: 8, length: 32, ms: 10 }],
      batchInvariant: true,
      parallelism: this.options.parallelism ?? 1,
      memoryBytes: 1_000_000,
      probe: Float32Array.of(1, 0, 0),
      ...this.options.profile,
    };
  }

  async derivatives({ digest }: ModelArtifact): Promise<Derivatives> {
    const kept = this.#derived.filter(({ of }) => of === digest).map(({ artifact }) => artifact);
    const missing = (this.options.derivable ?? []).filter((name) => !kept.some(({ variant }) => variant === name));
    return { kept, missing };
  }

  async derive(artifact: ModelArtifact, variant: string): Promise<ModelArtifact> {
    this.#refuseBroken(artifact);
    const known = this.#derived.find(({ of, artifact: { variant: made } }) => of === artifact.digest && made === variant);
    if (known) return known.artifact;
    const derived = { ...artifact, variant, file: `${variant} of ${artifact.file}`, digest: `${artifact.digest}-${variant}` };
    this.#derived.push({ of: artifact.digest, artifact: derived });
    return derived;
  }

  async open(artifact: ModelArtifact): Promise<FakeModelSession> {
    this.#refuseBroken(artifact);
    const session = new FakeModelSession(artifact, this.options);
    this.opened.push(session);
    return session;
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.map((session) => session.close()));
  }

  #refuseBroken(artifact: ModelArtifact): void {
    const { broken } = this.options;
    if (broken && artifact.file.includes(broken)) throw new LoadFailedError(artifact.name, 'the file is broken');
  }
}

export class FakeModelSession extends ModelSession {
  readonly signature: Signature;
  readonly placement = 'workers';
  readonly parallelism: number;
  readonly batches: Work[] = [];
  closed = false;

  constructor(readonly artifact: ModelArtifact, private readonly options: FakeModelOptions) {
    super();
    this.signature = options.signature ?? TEXT_SIGNATURE;
    this.parallelism = options.parallelism ?? 1;
  }

  async run<W extends Work>(batch: W): Promise<BatchOutput<W>> {
    this.batches.push(batch);
    await this.options.beforeRun?.(batch);
    return this.#answer(batch) as unknown as BatchOutput<W>;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  #answer(batch: Work): BatchOutput {
    if (batch.kind === 'tokens') return { kind: 'tokens', runMs: 1, vectors: batch.rows.map(vectorOf) };
    return { kind: 'tensors', runMs: 1, outputs: renamed(batch.inputs, this.signature) };
  }
}

function vectorOf({ ids }: TokenRow): Float32Array {
  return Float32Array.of(ids.reduce((sum, id) => sum + id, 0), ids.length, ids[0] ?? 0);
}

function renamed(inputs: TensorMap, { outputs }: Signature): TensorMap {
  const given = Object.values(inputs);
  return Object.fromEntries(outputs.map(({ name }, index) => [name, given[index % given.length]!]));
}
