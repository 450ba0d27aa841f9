import type { GateReport, GateSpec } from './gate';
import type { FilePin } from './model-version';

/** Traffic for a version that is being tried beside the one an alias points to. */
export interface Rollout {
  readonly alias: string;
  readonly version: string;
  /** `canary` answers its share of requests; `shadow` runs a copy of its share, whose answers nobody sees. */
  readonly mode: 'canary' | 'shadow';
  /** Share of the alias's requests, above 0, at most 1. */
  readonly weight: number;
  /** Wall clock, milliseconds since 1970. */
  readonly startedAt: number;
}

/** Who did what to a model, and why. */
export interface HistoryEntry {
  /** Wall clock, milliseconds since 1970. */
  readonly at: number;
  /** The name of the key that asked, never the key. */
  readonly by: string;
  readonly action: 'register' | 'share' | 'pin' | 'alias' | 'rollout' | 'gate' | 'promote' | 'rollback' | 'delete';
  readonly alias?: string;
  readonly from?: string;
  readonly to?: string;
  /** Free text of the operator, at most 1,000 characters. */
  readonly reason?: string;
}

/** Where a version's files came from. */
export interface Provenance {
  readonly kind: 'folder' | 'upload' | 'http' | 'hugging-face' | 'object-store';
  /** Address without credentials; absent for folders. */
  readonly source?: string;
  /** Of all its files, as `digestOfFiles` makes it; absent in records of earlier versions. */
  readonly digest?: string;
}

/** What the registry keeps of a model beside its files. One document, replaced whole. */
export interface ModelRecord {
  readonly name: string;
  /** 1 for the first that is stored, one more with each change. */
  readonly revision: number;
  /** Alias to version. `latest` only when somebody moved it. */
  readonly aliases: Readonly<Record<string, string>>;
  /** At most one an alias. */
  readonly rollouts: readonly Rollout[];
  /** What must hold before an alias moves to a version, by alias. */
  readonly gates: Readonly<Record<string, GateSpec>>;
  /** The latest gate reports, newest first, at most 50. */
  readonly reports: readonly GateReport[];
  /** Files of versions without a manifest as they were at the first load, by version. */
  readonly pins: Readonly<Record<string, readonly FilePin[]>>;
  readonly provenance: Readonly<Record<string, Provenance>>;
  /** All files of versions that lie as artefacts where every replica can fetch them, by version. */
  readonly shared: Readonly<Record<string, readonly FilePin[]>>;
  /** Newest first, at most 1,000. */
  readonly history: readonly HistoryEntry[];
}

const MOST_HISTORY = 1_000;
const MOST_REPORTS = 50;

/** The record of a model of which nothing is kept: revision 0. */
export function emptyRecord(name: string): ModelRecord {
  return { name, revision: 0, aliases: {}, rollouts: [], gates: {}, reports: [], pins: {}, provenance: {}, shared: {}, history: [] };
}

/** The record with one more line of history, the oldest beyond 1,000 forgotten. */
export function withHistory(record: ModelRecord, entry: Omit<HistoryEntry, 'at'>): ModelRecord {
  return { ...record, history: [{ at: Date.now(), ...entry }, ...record.history].slice(0, MOST_HISTORY) };
}

/** The record with one more report, the oldest beyond 50 forgotten. */
export function withReport(record: ModelRecord, report: GateReport): ModelRecord {
  return { ...record, reports: [report, ...record.reports].slice(0, MOST_REPORTS) };
}

/** What is kept under a name, which may be one that every object has. */
export function kept<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** The values without one of them. */
export function without<T>(values: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
}
