import type { GateRunner } from '../gate-runner.port';
import type { GateCheck, GateReport, GateSpec } from '../gate';
import { LATEST } from '../model-reference';
import { kept, withHistory, without, withReport, type HistoryEntry, type ModelRecord } from '../model-record';
import type { ModelRegistry } from '../model-registry';
import type { ModelVersion } from '../model-version';
import { AliasMovedError, AliasNotFoundError, GateFailedError, GateNotFoundError, GateRunningError, NothingToRollBackError } from '../registry.errors';
import { refuseAlias } from './alias-name';
import { noted, type Author } from './rollouts';

export interface AliasMove extends Author {
  readonly version: string;
  /** Move only if the alias gives this version now; null: only if there is no such alias. */
  readonly expectedFrom?: string | null;
}

/** A move that waits until its version can answer. */
export interface Promotion extends AliasMove {
  /** Loads a version, where no gate does: `(version) => orchestrator.describe({ version })`. Default: its first request loads it. */
  readonly warmUp?: (version: ModelVersion) => Promise<unknown>;
}

/** An alias as it stands after a move. */
export interface AliasState {
  readonly alias: string;
  readonly version: string;
  /** What it gave before; undefined where there was no such alias. */
  readonly from?: string;
  /** Of the gate that was run. */
  readonly report?: GateReport;
}

const NO_RUNNER: readonly GateCheck[] = [{ part: 'loads', passed: false, detail: 'this server has nothing that runs gates' }];
const MOVES: readonly HistoryEntry['action'][] = ['alias', 'promote'];

/** Which version an alias gives: moves, what must hold before one, and the way back. */
export class Releases {
  /** Models whose gates are being run. */
  readonly #running = new Set<string>();

  constructor(private readonly registry: ModelRegistry, private readonly runner?: GateRunner) {}

  /** Points an alias at a version, whatever its gate says. @throws AliasMovedError, InvalidAliasError, and what the registry throws for a version that cannot be served */
  moveAlias(name: string, alias: string, move: AliasMove): Promise<AliasState> {
    return this.#move(name, alias, { ...move, action: 'alias' });
  }

  /** Runs the alias's gate, if it has one, and moves it if that passed and nobody moved it meanwhile. @throws GateFailedError with the report, GateRunningError, what `warmUp` throws, and as moveAlias */
  async promote(name: string, alias: string, { warmUp, ...move }: Promotion): Promise<AliasState> {
    const model = this.#target(name, alias, move.version);
    const from = this.#current(name, alias);
    refuseMoved(name, alias, { from, expectedFrom: move.expectedFrom });
    const promotion = { ...move, version: model.version, action: 'promote' } as const; // what was loaded or judged, whatever `latest` is by then
    if (!kept(this.registry.records.of(name).gates, alias)) {
      await warmUp?.(model);
      return this.#move(name, alias, promotion);
    }

    const report = await this.runGate(name, alias, model.version);
    if (!report.passed) throw new GateFailedError(name, report);
    return { ...(await this.#move(name, alias, { ...promotion, expectedFrom: from ?? null })), report };
  }

  /** Back to the version that the alias gave before its present one; no gate holds it up. @throws NothingToRollBackError */
  async rollback(name: string, alias: string, author: Author): Promise<AliasState> {
    const from = this.#current(name, alias);
    const before = this.registry.records.of(name).history.find((entry) => entry.alias === alias && entry.to === from && MOVES.includes(entry.action));
    if (from === undefined || before?.from === undefined) throw new NothingToRollBackError(name, alias);
    return this.#move(name, alias, { ...author, version: before.from, expectedFrom: from, action: 'rollback' });
  }

  /** Removes an alias, and the rollout on it; a `latest` that was moved is the highest version again. @throws AliasNotFoundError */
  async removeAlias(name: string, alias: string, author: Author): Promise<void> {
    await this.registry.records.change(name, (record) => {
      const from = kept(record.aliases, alias);
      if (from === undefined) throw new AliasNotFoundError(name, alias, Object.keys(record.aliases));
      const rollouts = record.rollouts.filter((rollout) => rollout.alias !== alias);
      return withHistory({ ...record, aliases: without(record.aliases, alias), rollouts }, { ...noted(author), action: 'alias', alias, from });
    });
  }

  /** What must hold before the alias moves from now on. @throws InvalidAliasError, ModelNotFoundError, RecordTooLargeError */
  async setGate(name: string, alias: string, { gate, ...author }: Author & { readonly gate: GateSpec }): Promise<void> {
    refuseAlias(this.registry, name, alias);
    await this.registry.records.change(name, (record) => withHistory({ ...record, gates: { ...record.gates, [alias]: gate } }, { ...noted(author, 'set'), action: 'gate', alias }));
  }

  /** The alias moves without conditions from then on. @throws GateNotFoundError */
  async removeGate(name: string, alias: string, author: Author): Promise<void> {
    await this.registry.records.change(name, (record) => {
      if (!kept(record.gates, alias)) throw new GateNotFoundError(name, alias);
      return withHistory({ ...record, gates: without(record.gates, alias) }, { ...noted(author, 'removed'), action: 'gate', alias });
    });
  }

  /** Holds a version against an alias's gate; the report is kept. @throws GateNotFoundError, GateRunningError, and what the registry throws */
  async runGate(name: string, alias: string, version: string): Promise<GateReport> {
    const model = this.registry.get(name, version);
    const gate = kept(this.registry.records.of(name).gates, alias);
    if (!gate) throw new GateNotFoundError(name, alias);
    if (this.#running.has(name)) throw new GateRunningError(name);
    this.#running.add(name);
    try {
      const checks = (await this.runner?.run(model, gate)) ?? NO_RUNNER;
      const report: GateReport = { alias, version: model.version, at: Date.now(), passed: checks.every(({ passed }) => passed), checks };
      await this.registry.records.change(name, (record) => withReport(record, report));
      return report;
    } finally {
      this.#running.delete(name);
    }
  }

  async #move(name: string, alias: string, { version: tag, expectedFrom, action, ...author }: AliasMove & Pick<HistoryEntry, 'action'>): Promise<AliasState> {
    const { version } = this.#target(name, alias, tag);
    const { history: [entry] } = await this.registry.records.change(name, (record) => {
      const from = this.#currentIn(record, alias);
      refuseMoved(name, alias, { from, expectedFrom });
      const rollouts = record.rollouts.filter((rollout) => rollout.alias !== alias || rollout.version !== version); // what was tried is what answers now
      return withHistory({ ...record, aliases: { ...record.aliases, [alias]: version }, rollouts }, { ...noted(author), action, alias, from, to: version });
    });
    return { alias, version, from: entry?.from };
  }

  /** @throws InvalidAliasError, and what the registry throws for a version that cannot be served */
  #target(name: string, alias: string, version: string): ModelVersion {
    refuseAlias(this.registry, name, alias);
    return this.registry.get(name, version);
  }

  #current(name: string, alias: string): string | undefined {
    return this.#currentIn(this.registry.records.of(name), alias);
  }

  /** A `latest` that nobody moved gives a version, too. */
  #currentIn(record: ModelRecord, alias: string): string | undefined {
    return kept(record.aliases, alias) ?? (alias === LATEST ? this.registry.get(record.name).version : undefined);
  }
}

function refuseMoved(name: string, alias: string, { from, expectedFrom }: { readonly from: string | undefined; readonly expectedFrom: string | null | undefined }): void {
  if (expectedFrom === undefined || (expectedFrom ?? undefined) === from) return;
  throw new AliasMovedError(name, alias, { expected: expectedFrom ?? undefined, now: from });
}
