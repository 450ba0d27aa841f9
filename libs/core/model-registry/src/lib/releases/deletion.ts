import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, rmdir, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCodeOf } from '@cortex/kernel';
import { INCOMING_FOLDER } from '../installation';
import { printModelReference } from '../model-reference';
import { kept, withHistory, without, type ModelRecord } from '../model-record';
import type { ModelRegistry } from '../model-registry';
import type { FilePin, ModelVersion } from '../model-version';
import { VersionFixedError, VersionInUseError } from '../registry.errors';
import { noted, type Author } from './rollouts';

type Named = Pick<ModelVersion, 'name' | 'version'>;

/** How a version's files go. */
export interface Removal {
  /** Lets go of what is loaded of the version, and takes it off offer: `(reference) => orchestrator.unload(reference)`. */
  readonly unload: (reference: string) => Promise<void>;
  /** Asked when the files are out of sight; they come back where it throws. */
  readonly agree: () => Promise<void>;
}

export interface Deletion extends Author, Pick<Removal, 'unload'> {
  readonly version: string;
  /** Hears of the files that other replicas could fetch until then. Default nobody. */
  readonly released?: (files: readonly FilePin[]) => Promise<void>;
}

/** Deletes a version's files, what is kept of them, and what is loaded of them; gives `name@version`. One that lies on other servers alone goes from there. @throws VersionInUseError, VersionFixedError, VersionNotFoundError, ModelBrokenError when its folder could not be read */
export async function deleteVersion(registry: ModelRegistry, name: string, { version: tag, unload, released, ...author }: Deletion): Promise<string> {
  const { shared } = registry.records.of(name);
  const isElsewhere = kept(shared, tag) !== undefined && !isListed(registry, { name, version: tag });
  const model = isElsewhere ? undefined : registry.locate(name, tag);
  if (model?.origin === 'bundled') throw new VersionFixedError(name, model.version, 'it came with the server; it can be unloaded');
  const version = model?.version ?? tag;
  refuseInUse(registry.records.of(name), version);
  const agree = () => forget(registry, { name, version }, author);
  await (model ? removeVersion(registry, model, { unload, agree }) : agree());
  await released?.(kept(shared, version) ?? []);
  return printModelReference({ name, version });
}

/** Takes a version off this machine: out of memory, off offer, off the disk. @throws VersionFixedError, what `unload` and `agree` throw; then it is as it was */
export async function removeVersion(registry: ModelRegistry, model: ModelVersion, { unload, agree }: Removal): Promise<void> {
  const { name, version } = model;
  const wasWithdrawn = registry.isWithdrawn(name, version);
  try {
    await unload(printModelReference({ name, version })); // nobody can move an alias to it from here on
    const hidden = await takeAway(model, agree);
    await refreshWithout(registry, model);
    registry.forgetWithdrawal(name, version); // a later upload of the same version is on offer
    await rm(hidden, { recursive: true });
  } catch (error) {
    if (!wasWithdrawn) registry.offer(name, version);
    throw error;
  }
}

/** A scan that began before does not count. */
async function refreshWithout(registry: ModelRegistry, model: Named): Promise<void> {
  await registry.refresh();
  if (isListed(registry, model)) await registry.refresh();
}

function isListed(registry: ModelRegistry, { name, version }: Named): boolean {
  return registry.index().some((entry) => entry.name === name && entry.version === version);
}

async function forget(registry: ModelRegistry, { name, version }: Named, author: Author): Promise<void> {
  await registry.records.change(name, (record) => {
    refuseInUse(record, version);
    const { pins, provenance, shared } = record;
    const left = { ...record, pins: without(pins, version), provenance: without(provenance, version), shared: without(shared, version) };
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

/** Gives the hidden folder where its files are from then on: for every scan at once, and swept some day should nobody remove them. It comes back whole where `agree` fails. A model's folder goes with its last version. */
async function takeAway({ name, folder, version }: ModelVersion, agree: () => Promise<void>): Promise<string> {
  const parent = dirname(folder);
  const isAlone = basename(parent) !== name || basename(folder) !== version;
  const incoming = join(isAlone ? parent : dirname(parent), INCOMING_FOLDER);
  const hidden = join(incoming, `deleted-${randomUUID()}`);
  try {
    await mkdir(incoming, { recursive: true });
    await utimes(folder, new Date(), new Date()); // a sweep goes by its age
    await rename(folder, hidden);
  } catch (error) {
    throw new VersionFixedError(name, version, `its folder cannot be moved (${systemCodeOf(error) ?? 'unexpected error'})`);
  }
  try {
    await agree();
  } catch (error) {
    await rename(hidden, folder);
    throw error;
  }
  if (!isAlone) await rmdir(parent).catch(unlessInUse);
  return hidden;
}

/** Other versions are there, or came meanwhile. */
function unlessInUse(error: unknown): void {
  if (!['ENOTEMPTY', 'EEXIST'].includes(systemCodeOf(error) ?? '')) throw error;
}
