import { stat } from 'node:fs/promises';
import type { ModelArtifact, ModelRuntime, VariantProfile } from '@cortex/inference';
import type { Residency } from '@cortex/resource-governor';

/** What measuring takes at most: two sessions, and what is left of reading the file. */
const MEASURING_FILES = 3;

/** Holds memory for work on a file until it is disposed. */
export type MakeRoom = (artifact: ModelArtifact) => Promise<AsyncDisposable>;

export interface WorkbenchParts {
  readonly runtime: Pick<ModelRuntime, 'measure' | 'derive'>;
  readonly residency: Pick<Residency, 'borrow'>;
}

/** Where variants are made and measured: never without room in memory for it. */
export class Workbench {
  constructor(private readonly parts: WorkbenchParts) {}

  /** Asks for room only where nothing is known of the file. @throws LoadFailedError, NoRoomError */
  measure(artifact: ModelArtifact, makeRoom: MakeRoom = this.#makeRoom): Promise<VariantProfile> {
    return this.parts.runtime.measure(artifact, () => makeRoom(artifact));
  }

  /** Makes a variant of the reference. @throws LoadFailedError, NoRoomError */
  async derive(reference: ModelArtifact, variant: string, makeRoom: MakeRoom = this.#makeRoom): Promise<ModelArtifact> {
    await using _room = await makeRoom(reference);
    return await this.parts.runtime.derive(reference, variant);
  }

  readonly #makeRoom: MakeRoom = async ({ name, version, variant, file }) =>
    this.parts.residency.borrow(`measuring ${name}@${version}+${variant}`, MEASURING_FILES * (await sizeOf(file)));
}

/** 0 for what is not there: the runtime says so better. */
async function sizeOf(file: string): Promise<number> {
  return stat(file).then(({ size }) => size, () => 0);
}
