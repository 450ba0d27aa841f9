import type { ModelArtifact, TokenWork, VariantProfile } from '@cortex/inference';
import { FakeModelRuntime, type FakeModelOptions } from '@cortex/inference/testing';
import { SilentTelemetry, SystemClock, internalContext, type RequestContext } from '@cortex/kernel';
import { FakeClock } from '@cortex/kernel/testing';
import type { IndexEntry, ModelVersion, ResolvedModel } from '@cortex/model-registry';
import { Governor, MemoryReservationLedger, Residency, governorOptionsSchema, type GovernorConfiguration } from '@cortex/resource-governor';
import { MemoryResultCache } from './memory-result-cache';
import { Orchestrator, type OrchestratorParts } from './orchestrator';
import { SilentRolloutObserver } from './rollout-observer.port';

/** A file of a model that lies nowhere. */
export const variant = (name: string) => ({ name, file: `${name}.onnx`, bytes: 1, externalData: [] });
/** A text model with three files. */
export const version: ModelVersion = {
  name: 'encoder', version: '2', task: 'embed', runtime: 'onnx', folder: 'encoder', origin: 'folder',
  variants: [variant('fp32'), variant('int8'), variant('quantized')], maxTokens: 32,
};
const resolved: ResolvedModel = { version };
const HEAD = { pooling: 'mean', normalize: true } as const;
/** Rows of token ids. */
export const work = (...rows: number[][]): TokenWork => ({ kind: 'tokens', rows: rows.map((ids) => ({ ids: Int32Array.from(ids) })), head: HEAD });
/** A context that uses the cache. */
export const using = (overrides: Partial<RequestContext> = {}) => internalContext({ cache: 'use', ...overrides });
/** What the fake model gives for a row. */
export const vectorOf = (ids: number[]) => Float32Array.of(ids.reduce((sum, id) => sum + id, 0), ids.length, ids[0]!);

/** Until what was begun has come to rest. */
export const settle = () => new Promise((resolve) => setTimeout(resolve, 10));

class FakeRegistry implements Pick<OrchestratorParts['registry'], keyof OrchestratorParts['registry']> {
  readonly calls: string[] = [];
  /** Added to what every file's digest is. */
  digest = '';
  async resolve(reference: string): Promise<ResolvedModel> {
    this.calls.push(`resolve ${reference}`);
    return resolved;
  }
  async artifact({ name, version: number }: ModelVersion, wanted: string): Promise<ModelArtifact> {
    return { name, version: number, variant: wanted, file: `${wanted}.onnx`, digest: `sha256:${wanted}${this.digest && `-${this.digest}`}`, maxTokens: 32, maxBatchRows: 8 };
  }
  index(): readonly IndexEntry[] {
    return [{ name: 'encoder', version: '2', state: 'available', model: version }];
  }
  locate(): ModelVersion {
    return version;
  }
  async repin(name: string, number?: string, by?: string): Promise<boolean> {
    this.calls.push(`repin ${name} ${number} ${by}`);
    return false;
  }
  async refresh(): Promise<void> {
    this.calls.push('refresh');
  }
  offer(name: string, number?: string): void {
    this.calls.push(`offer ${name} ${number}`);
  }
  withdraw(name: string, number?: string): void {
    this.calls.push(`withdraw ${name} ${number}`);
  }
}

/** Each variant with its own speed, fidelity and invariance. */
class MeasuredRuntime extends FakeModelRuntime {
  constructor(private readonly profiles: Record<string, Partial<VariantProfile>>, options: FakeModelOptions = {}) {
    super(options);
  }
  override async measure(artifact: ModelArtifact, _makeRoom?: () => Promise<AsyncDisposable>): Promise<VariantProfile> {
    return { ...(await super.measure(artifact)), ...this.profiles[artifact.variant] };
  }
}

const speed = (ms: number) => ({ measurements: [{ rows: 1, length: 8, ms }, { rows: 8, length: 32, ms: ms * 10 }] });
const VARIANTS = {
  fp32: { ...speed(2), probe: Float32Array.of(1, 0) },
  int8: { ...speed(1), probe: Float32Array.of(1, 0.01) },
  quantized: { ...speed(0.5), probe: Float32Array.of(1, 0.01), batchInvariant: false },
};

/** An orchestrator over fakes, each of which a spec may hold back or break. */
export function make(options: FakeModelOptions = {}, configuration: GovernorConfiguration = {}, limitBytes = 1e9) {
  const registry = new FakeRegistry();
  const runtime = new MeasuredRuntime(VARIANTS, options);
  const clock = new FakeClock();
  const telemetry = new SilentTelemetry();
  const governor = new Governor(governorOptionsSchema.parse(configuration), clock, telemetry);
  const residency = new Residency({ limitBytes, patienceMs: 200, ledger: new MemoryReservationLedger(), clock: new SystemClock() });
  const orchestrator = new Orchestrator({
    registry, runtime, clock, telemetry, residency, rollouts: new SilentRolloutObserver(), keepAliveMs: Infinity, sharesCache: false, derivesVariants: true,
    governor,
    cache: new MemoryResultCache({ maxBytes: 1e6 }, telemetry),
  });
  return { orchestrator, registry, runtime, clock, residency, governor };
}
