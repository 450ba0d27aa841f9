import { mkdir, readdir, realpath, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, systemCodeOf } from '@cortex/kernel';
import { isModelFolder, readVersion } from '../folder-scan';
import { INSTALLATION_FILE, type Installation } from '../installation';
import { FileKnowledge, ModelFiles } from '../model-files';
import { LATEST, NAME_PATTERN } from '../model-reference';
import type { ModelRegistry } from '../model-registry';
import type { Provenance } from '../model-record';
import type { FilePin, ModelVersion } from '../model-version';
import { RefusedError, reasonOf } from '../refused.errors';
import { unlessAbsent } from './absent';
import { isWeights } from './allowed-files';
import { whileThereIsRoom } from './incoming-file';
import type { IncomingVersion } from './incoming-version';
import { ModelRefusedError, NameRefusedError, VersionExistsError } from './transfer.errors';

/** What is installed, and from where. */
export interface Arrived {
  readonly provenance: Provenance;
  /** Every file as it was verified. */
  readonly files: readonly FilePin[];
}

/** Told of every installed version, after its folder is in place: where a catalogue keeps its provenance. */
export type RecordArrival = (name: string, version: string, arrived: Arrived) => Promise<void>;

/** Those that have the same models. */
export interface OtherServers {
  has(name: string, version: string): boolean;
  /** Gives them a version that was installed here, now or later. */
  share(name: string, version: string): Promise<void>;
}

export interface InstallerParts {
  readonly registry: ModelRegistry;
  /** Default nobody is told. */
  readonly record?: RecordArrival;
  /** Default there are none. */
  readonly others?: OtherServers;
  /** Hears of what failed once a version was in its place: it is installed all the same. */
  readonly report: (error: unknown) => void;
}

/** Moves a version that has come whole to its place, if the registry's own reading of it finds a model. */
export class Installer {
  constructor(private readonly folder: string, private readonly parts: InstallerParts) {}

  /** @throws VersionExistsError, NameRefusedError when nothing can be installed under this name and version */
  async refuseTaken(name: string, version: string): Promise<void> {
    if (!NAME_PATTERN.test(name) || !NAME_PATTERN.test(version)) throw new NameRefusedError('name and version are letters, digits, ".", "_", "-", at most 128');
    if (version === LATEST) throw new NameRefusedError(`'${LATEST}' is an alias and cannot be a version`);
    const known = this.parts.registry.index();
    if (this.parts.others?.has(name, version) || known.some((entry) => entry.name === name && entry.version === version)) throw new VersionExistsError(name, version);
    const twin = known.find((entry) => entry.name !== name && entry.name.toLowerCase() === name.toLowerCase());
    if (twin) throw new NameRefusedError(`the name differs from '${twin.name}' only in case`);
    const beside = (await unlessAbsent(readdir(join(this.folder, name)))) ?? [];
    if (isModelFolder(beside)) throw new NameRefusedError(`'${name}' lies in a folder without versions; move it into one of its own first`);
    if (beside.includes(version)) throw new VersionExistsError(name, version);
  }

  /** Once the folder is in its place nothing throws any more. @throws ModelRefusedError, VersionExistsError, NameRefusedError, StorageFullError */
  async install(incoming: IncomingVersion, { provenance, files }: Arrived): Promise<void> {
    const { name, version } = incoming;
    await this.refuseTaken(name, version);
    await incoming.keepOnly(new Set(files.map(({ path }) => path)));
    const installation: Installation = { kind: kindOf(provenance), source: provenance.source, installedAt: new Date().toISOString(), files: [...files] };
    await incoming.seal(INSTALLATION_FILE, JSON.stringify(installation, null, 1));
    await readAsModel(incoming, files);
    await this.#moveIn(incoming);
    const { record, others } = this.parts;
    await this.#tryAll(this.#showIt(name, version), record?.(name, version, { provenance, files }) ?? Promise.resolve(), incoming.remove());
    await this.#tryAll(others?.share(name, version) ?? Promise.resolve());
  }

  async #tryAll(...tasks: readonly Promise<void>[]): Promise<void> {
    for (const result of await Promise.allSettled(tasks)) if (result.status === 'rejected') this.parts.report(result.reason);
  }

  async #moveIn({ name, version, folder }: IncomingVersion): Promise<void> {
    const parent = join(this.folder, name);
    await whileThereIsRoom(() => mkdir(parent, { recursive: true }));
    try {
      await rename(folder, join(parent, version));
      await syncFolder(parent);
      await syncFolder(this.folder);
    } catch (error) {
      await rmdir(parent).catch(() => undefined); // it stays where it holds other versions
      throw ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCodeOf(error) ?? '') ? new VersionExistsError(name, version) : error;
    }
  }

  /** A scan that was running before the move may have missed it. */
  async #showIt(name: string, version: string): Promise<void> {
    const isShown = () => this.parts.registry.index().some((entry) => entry.name === name && entry.version === version);
    await this.parts.registry.refresh();
    if (!isShown()) await this.parts.registry.refresh();
  }
}

/** Reads the folder as a scan would, and refuses weights that no graph takes. */
async function readAsModel({ name, version, folder }: IncomingVersion, arrived: readonly FilePin[]): Promise<void> {
  try {
    const files = new ModelFiles(await realpath(folder), new FileKnowledge());
    const model = await readVersion({ name, version, origin: 'installed' }, files, files);
    const used = new Set(model.variants.flatMap(({ file, externalData }) => [file, ...externalData]).map((path) => files.relative(path)));
    const idle = arrived.find(({ path }) => isWeights(path) && !used.has(path));
    if (idle) throw new RefusedError(`${idle.path} is weights that no graph takes`);
    refuseOtherRuntime(model);
  } catch (error) {
    throw new ModelRefusedError(`${name}@${version}`, reasonOf(error));
  }
}

/** A manifest of another runtime would make the server call wherever it says. */
function refuseOtherRuntime({ runtime }: ModelVersion): void {
  if (runtime !== 'onnx') throw new RefusedError(`its runtime is ${runtime}, only onnx can be installed`);
}

function kindOf({ kind }: Provenance): Installation['kind'] {
  return kind === 'folder' ? 'upload' : kind; // the operator's own, on another server
}
