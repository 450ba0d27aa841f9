import { kept, withHistory } from './model-record';
import type { ModelRecords } from './model-records';
import type { FilePin, ModelVersion } from './model-version';
import { RefusedError } from './refused.errors';

/** Files of versions without a manifest, as they were when they were first loaded: what nobody pinned is pinned then. */
export class FirstLoadPins {
  constructor(private readonly records: ModelRecords) {}

  /** @throws RefusedError naming the file that is not what it was, and how to accept it */
  check(version: ModelVersion, found: FilePin): void {
    const pin = this.of(version).find(({ path }) => path === found.path);
    if (pin && pin.sha256 !== found.sha256) throw new RefusedError(changed(version, found.path));
  }

  /** Pins what was found and is not pinned yet. @throws what the catalogue throws */
  async keep(version: ModelVersion, found: readonly FilePin[]): Promise<void> {
    if (!isPinned(version) || missing(this.of(version), found).length === 0) return;
    await this.records.change(version.name, (record) => {
      const before = kept(record.pins, version.version) ?? [];
      const added = missing(before, found);
      if (added.length === 0) return record;
      const pinned = { ...record, pins: { ...record.pins, [version.version]: [...before, ...added] } };
      return withHistory(pinned, { by: 'cortex', action: 'pin', to: version.version, reason: `first load: ${added.map(({ path }) => path).join(', ')}` });
    });
  }

  /** Pins the files as they are now in place of what was kept, noted in the history. @throws what the catalogue throws */
  async accept({ name, version }: ModelVersion, changes: readonly FilePin[], by: string): Promise<void> {
    await this.records.change(name, (record) => {
      const others = (kept(record.pins, version) ?? []).filter(({ path }) => changes.every((change) => change.path !== path));
      const pinned = { ...record, pins: { ...record.pins, [version]: [...others, ...changes] } };
      return withHistory(pinned, { by, action: 'pin', to: version, reason: `changed on disk and accepted: ${changes.map(({ path }) => path).join(', ')}` });
    });
  }

  /** The pins of a version; none where it has a manifest, or was never loaded. */
  of(version: ModelVersion): readonly FilePin[] {
    return isPinned(version) ? (kept(this.records.of(version.name).pins, version.version) ?? []) : [];
  }
}

/** A manifest pins its own files; bundled models change with the server, by intent. */
function isPinned({ pins, origin }: ModelVersion): boolean {
  return pins === undefined && origin === 'folder';
}

function missing(pins: readonly FilePin[], found: readonly FilePin[]): readonly FilePin[] {
  return found.filter(({ path }) => pins.every((pin) => pin.path !== path));
}

function changed({ name, version }: ModelVersion, path: string): string {
  return `${path} is not what it was at the first load; load ${name}@${version} explicitly to accept it`;
}
