import { codeOf } from '@cortex/kernel';
import { withHistory, type Rollout } from '../model-record';
import type { ModelRegistry } from '../model-registry';
import { InvalidRolloutError, RolloutNotFoundError } from '../registry.errors';
import { refuseAlias } from './alias-name';
import { RolloutReport, type RolloutSummary } from './rollout-report';

/** Who asks for a change, and why. */
export interface Author {
  /** The name of a key, never the key. */
  readonly by: string;
  /** At most 1,000 characters are kept. */
  readonly reason?: string;
}

export interface RolloutRequest {
  /** `latest` for the plain name. */
  readonly alias: string;
  readonly version: string;
  readonly mode: Rollout['mode'];
  /** Share of the alias's requests, above 0, at most 1. */
  readonly weight: number;
}

/** Which alias of which model it was about. */
export interface RolloutSubject {
  readonly name: string;
  readonly alias: string;
}

/** Versions that are tried on part of an alias's requests, and how they do. */
export class Rollouts {
  /** Of rollouts that stand, by model and alias, with the rollout they are of. */
  readonly #reports = new Map<string, { readonly rollout: Rollout; readonly report: RolloutReport }>();

  constructor(private readonly registry: ModelRegistry) {}

  /** Takes the place of the alias's rollout, if it has one. @throws InvalidRolloutError, InvalidAliasError, and what the registry throws for a version that cannot be served */
  async start(name: string, { alias, version, mode, weight }: RolloutRequest, author: Author): Promise<Rollout> {
    if (!(weight > 0 && weight <= 1)) throw new InvalidRolloutError('weight', `weight is ${weight}, accepted is above 0 and at most 1`);
    refuseAlias(this.registry, name, alias);
    const stable = this.registry.get(name, alias).version;
    const tried = this.registry.get(name, version).version;
    if (tried === stable) throw new InvalidRolloutError('version', `version ${tried} is what ${alias} gives already, a rollout tries another one`);
    const rollout: Rollout = { alias, version: tried, mode, weight, startedAt: Date.now() };
    await this.registry.records.change(name, (record) => {
      const rollouts = [...record.rollouts.filter((other) => other.alias !== alias), rollout];
      return withHistory({ ...record, rollouts }, { ...noted(author, `${mode}, weight ${weight}`), action: 'rollout', alias, from: stable, to: tried });
    });
    return rollout;
  }

  /** From then on the alias's version answers alone. @throws RolloutNotFoundError */
  async stop(name: string, alias: string, author: Author): Promise<void> {
    await this.registry.records.change(name, (record) => {
      const rollout = record.rollouts.find((candidate) => candidate.alias === alias);
      if (!rollout) throw new RolloutNotFoundError(name, alias);
      const rollouts = record.rollouts.filter((other) => other !== rollout);
      return withHistory({ ...record, rollouts }, { ...noted(author, 'stopped'), action: 'rollout', alias, from: rollout.version });
    });
    this.#reports.delete(keyOf({ name, alias }));
  }

  /** Counts a request of an alias with a rollout; nothing where it has none. */
  record({ name, alias, arm, ms, error }: RolloutSubject & { readonly arm: 'stable' | 'canary'; readonly ms: number; readonly error?: unknown }): void {
    this.#reportOf({ name, alias })?.record({ arm, ms, code: error === undefined ? undefined : codeOf(error) });
  }

  /** Counts a shadow's answer by its cosine to the given one; without one, a copy that was skipped. */
  compare({ name, alias, agreement }: RolloutSubject & { readonly agreement?: number }): void {
    this.#reportOf({ name, alias })?.compare(agreement);
  }

  /** What a rollout showed in this process since it began; undefined where none stands. */
  report(name: string, alias: string): RolloutSummary | undefined {
    return this.#reportOf({ name, alias })?.read();
  }

  #reportOf(subject: RolloutSubject): RolloutReport | undefined {
    const key = keyOf(subject);
    const rollout = this.registry.records.of(subject.name).rollouts.find(({ alias }) => alias === subject.alias);
    const known = this.#reports.get(key);
    if (rollout && known?.rollout.startedAt === rollout.startedAt && known.rollout.version === rollout.version) return known.report;
    this.#reports.delete(key);
    if (!rollout) return undefined;
    const report = new RolloutReport();
    this.#reports.set(key, { rollout, report });
    return report;
  }
}

const MOST_CHARACTERS = 1_000;

/** An author with the reason cut, `fact` in front of it. */
export function noted({ by, reason }: Author, fact?: string): Author {
  const words = [fact, reason].filter(Boolean).join(': ');
  return { by, ...(words && { reason: words.slice(0, MOST_CHARACTERS) }) };
}

function keyOf({ name, alias }: RolloutSubject): string {
  return `${name}@${alias}`;
}
