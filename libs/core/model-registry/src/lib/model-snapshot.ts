import type { IndexEntry, ModelVersion, Origin, Task } from './model-version';
import { compareVersions } from './version-order';

/** What one folder of models held. */
export interface ScannedFolder {
  readonly origin: Origin;
  readonly entries: readonly IndexEntry[];
}

/** What exists, as the last scan found it: one entry for each name and version. */
export class ModelSnapshot {
  /** Each model's entries, the highest version last. */
  readonly #models: ReadonlyMap<string, readonly IndexEntry[]>;
  readonly #bundledModels: readonly ModelVersion[];

  /** Where two folders hold the same name and version, the earlier one counts, and any folder before a bundled one. */
  constructor(folders: readonly ScannedFolder[]) {
    const bundled = folders.filter(({ origin }) => origin === 'bundled').flatMap(({ entries }) => entries);
    const own = folders.filter(({ origin }) => origin === 'folder').flatMap(({ entries }) => entries);
    this.#models = groupByName(refuseCaseTwins([...own, ...bundled]));
    this.#bundledModels = bundled.flatMap(({ model }) => model ?? []);
  }

  get names(): readonly string[] {
    return [...this.#models.keys()];
  }

  get entries(): readonly IndexEntry[] {
    return [...this.#models.values()].flat();
  }

  /** A model's versions, the highest last; none where it does not exist. */
  versionsOf(name: string): readonly IndexEntry[] {
    return this.#models.get(name) ?? [];
  }

  find(name: string, version: string): IndexEntry | undefined {
    return this.versionsOf(name).find((entry) => entry.version === version);
  }

  /** The bundled model for a task, also where a folder took its place. */
  bundledFor(task: Task): string | undefined {
    return this.#bundledModels.find((model) => model.task === task)?.name;
  }
}

/** None of two spellings can be guessed to be the right one: on another file system they would be one folder. */
function refuseCaseTwins(entries: readonly IndexEntry[]): readonly IndexEntry[] {
  const spellings = new Map<string, Set<string>>();
  for (const { name } of entries) spellings.set(name.toLowerCase(), (spellings.get(name.toLowerCase()) ?? new Set()).add(name));
  return entries.map((entry) => {
    const [twin] = [...spellings.get(entry.name.toLowerCase())!].filter((name) => name !== entry.name);
    if (twin === undefined) return entry;
    return { name: entry.name, version: entry.version, state: 'failed', reason: `the name differs from '${twin}' only in case` };
  });
}

function groupByName(entries: readonly IndexEntry[]): ReadonlyMap<string, readonly IndexEntry[]> {
  const models = new Map<string, Map<string, IndexEntry>>();
  for (const entry of entries) {
    const versions = models.get(entry.name) ?? new Map<string, IndexEntry>();
    if (!versions.has(entry.version)) versions.set(entry.version, entry);
    models.set(entry.name, versions);
  }
  const sorted = [...models].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([name, versions]) => [name, [...versions.values()].sort((a, b) => compareVersions(a.version, b.version))]));
}
