import { dirname, join } from 'node:path';
import { digestOf } from './digest';
import type { FirstLoadPins } from './first-load-pins';
import { ModelFiles, type FileKnowledge } from './model-files';
import type { FilePin, ModelVersion, Variant } from './model-version';
import { RefusedError } from './refused.errors';

/** What the files of a variant are now. */
export interface VerifiedFiles {
  /** `sha256:…` of the graph and its weights. */
  readonly digest: string;
  readonly files: readonly FilePin[];
}

/** Holds a version's files against their pins: the manifest's, or those of the first load. */
export class Verification {
  constructor(private readonly knowledge: FileKnowledge, private readonly pins: FirstLoadPins) {}

  /** @throws RefusedError naming the file that is not what it was */
  async verify(version: ModelVersion, variant: Variant): Promise<VerifiedFiles> {
    const files = this.#filesOf(version);
    const found: FilePin[] = [];
    const hash = async (absolute: string) => {
      const path = files.relative(absolute);
      const file = await files.pin(path, version.pins?.find((pin) => pin.path === path));
      this.pins.check(version, file);
      found.push(file);
      return file.sha256;
    };
    if (version.tokenizerFile !== undefined) await hash(version.tokenizerFile);
    const graph = await hash(variant.file);
    await refuseNewExternalData(files, variant);
    const externalData: string[] = [];
    for (const file of variant.externalData) externalData.push(await hash(file));
    return { digest: digestOf([graph, ...externalData]), files: found };
  }

  /** Pins verified files that nobody has pinned. @throws what the catalogue throws */
  pin(version: ModelVersion, files: readonly FilePin[]): Promise<void> {
    return this.pins.keep(version, files);
  }

  /** Pins changed files as they are now. @throws what the catalogue throws */
  accept(version: ModelVersion, changes: readonly FilePin[], by: string): Promise<void> {
    return this.pins.accept(version, changes, by);
  }

  /** The files that are not what they were at the first load, as they are now. @throws RefusedError */
  async changesOf(version: ModelVersion): Promise<readonly FilePin[]> {
    const files = this.#filesOf(version);
    const changes: FilePin[] = [];
    for (const pin of this.pins.of(version)) {
      const found = (await files.find(pin.path)) && (await files.pin(pin.path));
      if (found && found.sha256 !== pin.sha256) changes.push(found);
    }
    return changes;
  }

  /** A version that was refused for a changed file stays so over scans. What is loaded already runs on: only a load finds out that a file changed. @throws RefusedError */
  async refuseKnownChange(version: ModelVersion): Promise<void> {
    const files = this.#filesOf(version);
    for (const pin of this.pins.of(version)) if (await files.isKnownToDiffer(pin)) this.pins.check(version, await files.pin(pin.path));
  }

  #filesOf({ folder }: ModelVersion): ModelFiles {
    return new ModelFiles(folder, this.knowledge);
  }
}

/** A graph replaced after the scan may take weights from files that nobody checked. */
async function refuseNewExternalData(files: ModelFiles, { file, externalData }: Variant): Promise<void> {
  const path = files.relative(file);
  const now = (await files.externalLocations(path)).map((location) => join(dirname(file), location));
  if (now.join('\n') !== externalData.join('\n')) throw new RefusedError(`${path} was replaced and takes weights from other files now`);
}
