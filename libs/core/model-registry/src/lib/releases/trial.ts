import type { Rollout } from '../model-record';
import type { ModelVersion, ResolvedModel, RolloutDraw } from '../model-version';

/** A rollout of an alias with the version it tries. */
export interface Trial {
  readonly mode: Rollout['mode'];
  readonly weight: number;
  readonly version: ModelVersion;
  /** Keeps the draws of one request for different models independent of each other. */
  readonly seed: number;
}

/** @param version what the rollout tries, where it can be served */
export function trialOf({ alias, mode, weight }: Rollout, version: ModelVersion): Trial {
  return { mode, weight, version, seed: hash(`${version.name}@${alias}`, 0) };
}

/** The model as this request gets it: the same for the same id as long as the rollout stands. */
export function drawn({ version: stable, variant, alias }: ResolvedModel, { mode, weight, version: tried, seed }: Trial, requestId: string): ResolvedModel {
  const draw = drawOf(requestId, seed);
  const takesPart = draw < weight;
  const answersItself = takesPart && mode === 'canary';
  const rollout: RolloutDraw = { arm: answersItself ? 'canary' : 'stable', draw, weight, stable, shadow: takesPart && mode === 'shadow' ? tried : undefined };
  return { version: answersItself ? tried : stable, variant, alias, rollout };
}

/** Evenly in [0, 1), from the id alone. */
export function drawOf(id: string, seed: number): number {
  return hash(id, seed) / 2 ** 32;
}

/** FNV-1a over UTF-16 units, then MurmurHash3's finalizer, which spreads ids that differ in their last digit. */
function hash(text: string, seed: number): number {
  let value = 0x811c9dc5 ^ seed;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
