import { randomUUID } from 'node:crypto';
import { rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCodeOf } from '@cortex/kernel';
import { printModelReference } from '../model-reference';
import { withHistory, without, type ModelRecord } from '../model-record';
import type { ModelRegistry } from '../model-registry';
import type { ModelVersion } from '../model-version';
import { ModelNotFoundError, VersionFixedError, VersionInUseError } from '../registry.errors';
import { noted, type Author } from './rollouts';

export interface Deletion extends Author {
  readonly version: string;
  /** Lets go of what is loaded of the version, and takes it off offer: `(reference) => orchestrator.unload(reference)`. */
  readonly unload: (reference: string) => Promise<void>;
}

/** Deletes a version's files, what is kept of them, and what is loaded of them; gives `name@version`. @throws VersionInUseError, VersionFixedError, VersionNotFoundError, ModelBrokenError when its folder could not be read */
export async function deleteVersion(registry: ModelRegistry, name: string, { version: tag, unload, ...author }: Deletion): Promise<string> {
  const model = registry.locate(name, tag);
  const { version } = model;
  if (model.origin === 'bundled') throw new VersionFixedError(name, version, 'it came with the server; it can be unloaded');
  refuseInUse(registry.records.of(name), version);
  const reference = printModelReference({ name, version });
  await unload(reference);
  registry.withdraw(name, version); // nobody can move an alias to it from here on
  try {
    await removeFolder(model, () => forget(registry, model, author));
    await registry.refresh();
    if (registry.versionsOf(name).some((known) => known.version === version)) await registry.refresh(); // it had joined a scan that began before
  } catch (error) {
    if (!(error instanceof ModelNotFoundError)) throw error; // it was the last version
  } finally {
    registry.offer(name, version); // back on offer where it was kept, and a later upload of the same version is not withdrawn
  }
  return reference;
}

async function forget(registry: ModelRegistry, { name, version }: ModelVersion, author: Author): Promise<void> {
  await registry.records.change(name, (record) => {
    refuseInUse(record, version);
    const { pins, provenance } = record;
    const left = { ...record, pins: without(pins, version), provenance: without(provenance, version) };
    return withHistory(left, { ...noted(author), action: 'delete', from: version });
  });
}

function refuseInUse({ name, aliases, rollouts }: ModelRecord, version: string): void {
  const users = [
    ...Object.entries(aliases).flatMap(([alias, target]) => (target === version ? [`alias ${alias}`] : [])),
    ...rollouts.flatMap((rollout) => (rollout.version === version ? [`${rollout.mode} of ${rollout.alias}`] : [])),
  ];
  if (users.length > 0) throw new VersionInUseError(name, version, users);
}

/** It is gone for every scan at once, by a new hidden name, and comes back whole where `agree` fails. A model's folder goes with its last version. */
async function removeFolder({ name, folder, version }: ModelVersion, agree: () => Promise<void>): Promise<void> {
  const parent = dirname(folder);
  const hidden = join(parent, `.deleted-${randomUUID()}`);
  await rename(folder, hidden).catch((error: unknown) => {
    throw new VersionFixedError(name, version, `its folder cannot be moved (${systemCodeOf(error) ?? 'unexpected error'})`);
  });
  try {
    await agree();
  } catch (error) {
    await rename(hidden, folder);
    throw error;
  }
  await rm(hidden, { recursive: true });
  if (basename(parent) === name && basename(folder) === version) await rmdir(parent).catch(unlessInUse);
}

/** Other versions are there, or came meanwhile. */
function unlessInUse(error: unknown): void {
  if (!['ENOTEMPTY', 'EEXIST'].includes(systemCodeOf(error) ?? '')) throw error;
}
