import { costOf, fitCostModel } from '@cortex/batching';
import { cosine, type Derivatives, type ModelArtifact, type ModelRuntime, type VariantProfile } from '@cortex/inference';
import { VariantNotFoundError, type ModelRegistry, type ModelVersion, type ResolvedModel } from '@cortex/model-registry';
import type { Candidate, VariantChoice, VariantFigures } from './served-model';
import type { MakeRoom, Workbench } from './workbench';

interface Measured {
  readonly artifact: ModelArtifact;
  readonly profile: VariantProfile;
  readonly fidelity?: number;
}

/** A variant must be this near to fp32 (cosine over the probe rows) to be chosen without being asked for. */
const FIDELITY_FLOOR = 0.99;
/** A guess until the first load: start of a session, and reading and packing the weights. */
const LOAD_MS = { base: 50, perByte: 1e-6 };
const DIGEST_FROM = 'sha256:'.length;

interface Wish {
  readonly wanted: string | undefined;
  readonly makeRoom: MakeRoom | undefined;
}

interface Findable {
  readonly name: string;
  readonly find: () => Promise<ModelArtifact>;
}

/** Internal: a choice that may not measure met a variant that was not measured yet. */
class UnmeasuredError extends Error {}

export interface VariantSelectorParts {
  readonly registry: Pick<ModelRegistry, 'artifact'>;
  readonly runtime: Pick<ModelRuntime, 'derivatives'>;
  readonly workbench: Workbench;
}

/** Chooses which variant answers: the one asked for, otherwise the fastest that is exact in any batch and near enough to fp32. */
export class VariantSelector {
  constructor(private readonly parts: VariantSelectorParts) {}

  /** What `select` would choose; undefined where that needs a measurement, which is not made. */
  async foresee(model: ResolvedModel): Promise<Candidate | undefined> {
    try {
      return await this.select(model, () => Promise.reject(new UnmeasuredError()));
    } catch (error) {
      if (error instanceof UnmeasuredError) return undefined;
      throw error;
    }
  }

  /** `makeRoom` is asked before a variant is made or measured for the first time; default: the workbench's own. @throws LoadFailedError when no variant can be opened, VariantNotFoundError, and what the registry throws */
  async select({ version, variant }: ResolvedModel, makeRoom?: MakeRoom): Promise<Candidate> {
    const [reference] = version.variants;
    if (!reference) throw new Error(`model ${version.name} has no variant. This is a bug.`);
    const measured = await this.#measureAll(version, { wanted: variant, makeRoom });
    const { chosen, reason } = variant ? { chosen: measured.find(({ artifact }) => artifact.variant === variant), reason: 'asked for by name' as const } : fastest(measured);
    if (!chosen) throw new Error(`no variant of ${version.name} was measured. This is a bug.`);
    return candidateOf(version, chosen, { reason, measured: measured.map(figuresOf) });
  }

  /** One after another, so that they do not disturb each other's times; a variant that fails is left out unless it is the wanted one. */
  async #measureAll(version: ModelVersion, { wanted, makeRoom }: Wish): Promise<Measured[]> {
    const measured: Measured[] = [];
    let failure: unknown;
    for (const { name, find } of await this.#variantsOf(version, { wanted, makeRoom })) {
      if (wanted !== undefined && name !== wanted && name !== version.variants[0]!.name) continue;
      try {
        const artifact = await find();
        measured.push({ artifact, profile: await this.parts.workbench.measure(artifact, makeRoom) });
      } catch (error) {
        if (name === wanted || error instanceof UnmeasuredError) throw error;
        failure ??= error;
      }
    }
    if (measured.length === 0) throw failure;
    return withFidelity(measured, version);
  }

  /** Those that lie in the folder, the reference one first, those that the runtime made of it, and the wanted one, if it can be made. */
  async #variantsOf(version: ModelVersion, { wanted, makeRoom }: Wish): Promise<readonly Findable[]> {
    const own = version.variants.map(({ name }) => ({ name, find: () => this.parts.registry.artifact(version, name) }));
    const { kept, missing, reference } = await this.#derivativesOf(own[0]!.find);
    const made = kept.map((artifact) => ({ name: artifact.variant, find: async () => artifact }));
    const variants = [...own, ...made.filter(({ name }) => !own.some((one) => one.name === name))];
    if (wanted === undefined || variants.some(({ name }) => name === wanted)) return variants;
    if (!reference || !missing.includes(wanted)) throw new VariantNotFoundError(version.name, wanted, variants.map(({ name }) => name));
    return [...variants, { name: wanted, find: () => this.parts.workbench.derive(reference, wanted, makeRoom) }];
  }

  async #derivativesOf(find: () => Promise<ModelArtifact>): Promise<Derivatives & { readonly reference?: ModelArtifact }> {
    const [found] = await Promise.allSettled([find()]);
    if (found.status === 'rejected') return { kept: [], missing: [] }; // measuring it says why it cannot be read
    return { ...(await this.parts.runtime.derivatives(found.value)), reference: found.value };
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

function fastest(measured: readonly Measured[]): { readonly chosen: Measured; readonly reason: VariantChoice['reason'] } {
  const sound = measured.filter(({ profile, fidelity }) => profile.batchInvariant && (fidelity ?? 1) >= FIDELITY_FLOOR);
  const [first, ...others] = sound.length > 0 ? sound : measured;
  const chosen = others.reduce((best, one) => (typicalMs(one) < typicalMs(best) ? one : best), first!);
  if (measured.length === 1) return { chosen, reason: 'the only one' };
  return { chosen, reason: sound.length > 0 ? 'the fastest that is exact in any batch and near enough to fp32' : 'the fastest, none is exact in any batch' };
}

/** Eight rows of 32 tokens, or of whatever one row is. */
function typicalMs({ artifact, profile }: Measured): number {
  return costOf(fitCostModel(profile.measurements), 8, artifact.maxTokens > 0 ? 32 : 1);
}

function figuresOf(one: Measured): VariantFigures {
  const { artifact, profile, fidelity } = one;
  return { variant: artifact.variant, typicalMs: typicalMs(one), memoryBytes: wholeOf(profile), batchInvariant: profile.batchInvariant, ...(fidelity !== undefined && { fidelity }) };
}

/** All its workers, and the process around them where it has one of its own. */
function wholeOf({ baseBytes = 0, parallelism, memoryBytes }: VariantProfile): number {
  return baseBytes + parallelism * memoryBytes;
}

function candidateOf(version: ModelVersion, { artifact, profile, fidelity }: Measured, choice: VariantChoice): Candidate {
  const { name, version: number } = version;
  const { batchInvariant, measurements } = profile;
  const memoryBytes = wholeOf(profile);
  const alone = !batchInvariant && choice.reason !== 'asked for by name';
  const label = `${name}@${number}+${artifact.variant}`;
  return {
    label,
    sessionKey: `${label} ${artifact.digest.slice(DIGEST_FROM, DIGEST_FROM + 8)}${alone ? ' row by row' : ''}`,
    served: { name, version: number, variant: artifact.variant, digest: artifact.digest, batchInvariant, ...(fidelity !== undefined && { fidelity }) },
    source: version,
    artifact,
    costModel: fitCostModel(measurements),
    memoryBytes,
    loadMs: LOAD_MS.base + memoryBytes * LOAD_MS.perByte,
    choice,
    alone,
  };
}
