import { costOf, fitCostModel } from '@cortex/batching';
import type { ModelArtifact, ModelRuntime, VariantProfile } from '@cortex/inference';
import type { ModelRegistry, ModelVersion, ResolvedModel } from '@cortex/model-registry';
import type { Candidate } from './served-model';

interface Measured {
  readonly artifact: ModelArtifact;
  readonly profile: VariantProfile;
  readonly fidelity?: number;
}

/** A variant must be this near to fp32 (cosine over the probe rows) to be chosen without being asked for. */
const FIDELITY_FLOOR = 0.99;

/** Chooses which variant answers: the one asked for, otherwise the fastest that is exact in any batch and near enough to fp32. */
export class VariantSelector {
  constructor(private readonly registry: Pick<ModelRegistry, 'artifact'>, private readonly runtime: ModelRuntime) {}

  /** @throws LoadFailedError when no variant can be opened, and what the registry throws */
  async select({ version, variant }: ResolvedModel): Promise<Candidate> {
    const [reference] = version.variants;
    if (!reference) throw new Error(`model ${version.name} has no variant. This is a bug.`);
    const names = variant ? [...new Set([reference.name, variant])] : version.variants.map(({ name }) => name);
    const measured = await this.#measure(version, names, variant);
    const chosen = variant ? measured.find(({ artifact }) => artifact.variant === variant) : fastest(measured);
    if (!chosen) throw new Error(`no variant of ${version.name} was measured. This is a bug.`);
    return candidateOf(version, chosen, variant !== undefined);
  }

  /** One after another, so that they do not disturb each other's times; a variant that fails is left out unless it is the wanted one. */
  async #measure(version: ModelVersion, names: readonly string[], wanted: string | undefined): Promise<Measured[]> {
    const measured: Measured[] = [];
    let failure: unknown;
    for (const name of names) {
      try {
        const artifact = await this.registry.artifact(version, name);
        measured.push({ artifact, profile: await this.runtime.measure(artifact) });
      } catch (error) {
        if (name === wanted) throw error;
        failure ??= error;
      }
    }
    if (measured.length === 0) throw failure;
    return withFidelity(measured, version);
  }
}

function withFidelity(measured: readonly Measured[], version: ModelVersion): Measured[] {
  const exact = measured.find(({ artifact }) => artifact.variant === 'fp32');
  if (!exact) return measured.map((one) => ({ ...one, ...declared(one, version) }));
  return measured.map((one) => ({ ...one, fidelity: one === exact ? 1 : cosine(one.profile.probe, exact.profile.probe) }));
}

/** Without an fp32 file to compare with, what the manifest says is all there is. */
function declared({ artifact }: Measured, version: ModelVersion): { fidelity?: number } {
  const fidelity = version.variants.find(({ name }) => name === artifact.variant)?.fidelity;
  return fidelity === undefined ? {} : { fidelity };
}

function fastest(measured: readonly Measured[]): Measured {
  const sound = measured.filter(({ profile, fidelity }) => profile.batchInvariant && (fidelity ?? 1) >= FIDELITY_FLOOR);
  const [first, ...others] = sound.length > 0 ? sound : measured;
  return others.reduce((best, one) => (typicalMs(one) < typicalMs(best) ? one : best), first!);
}

/** Eight rows of 32 tokens, or of whatever one row is. */
function typicalMs({ artifact, profile }: Measured): number {
  return costOf(fitCostModel(profile.measurements), 8, artifact.maxTokens > 0 ? 32 : 1);
}

function candidateOf(version: ModelVersion, { artifact, profile, fidelity }: Measured, asked: boolean): Candidate {
  const { name, version: number } = version;
  return {
    served: { name, version: number, variant: artifact.variant, digest: artifact.digest, batchInvariant: profile.batchInvariant, ...(fidelity !== undefined && { fidelity }) },
    source: version,
    artifact,
    costModel: fitCostModel(profile.measurements),
    memoryBytes: profile.memoryBytes,
    alone: !profile.batchInvariant && !asked,
  };
}

function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  let squareA = 0;
  let squareB = 0;
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    dot += a[index]! * b[index]!;
    squareA += a[index]! ** 2;
    squareB += b[index]! ** 2;
  }
  return squareA > 0 && squareB > 0 ? dot / Math.sqrt(squareA * squareB) : 0;
}
