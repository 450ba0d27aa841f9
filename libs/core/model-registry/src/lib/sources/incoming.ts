import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { INCOMING_FOLDER } from '../installation';
import { unlessAbsent } from './absent';
import { openAtEnd, type OpenSink } from './incoming-file';
import { IncomingVersion, JOURNAL_FILE } from './incoming-version';
import { VersionBusyError } from './transfer.errors';

/** Where versions lie while they come: one folder a version, which one transfer at a time may have. */
export class Incoming {
  readonly #folder: string;
  /** Folders in use, in lower case: some file systems ignore it. */
  readonly #claimed = new Set<string>();

  constructor(
    models: string,
    private readonly staleMs: number,
    private readonly openSink: OpenSink = openAtEnd,
  ) {
    this.#folder = join(models, INCOMING_FOLDER);
  }

  /** Takes a version's folder, with what an earlier transfer from the same source left in it. @throws VersionBusyError */
  async claim(identity: { readonly name: string; readonly version: string; readonly source: string }): Promise<IncomingVersion> {
    const key = `${identity.name}@${identity.version}`;
    const release = this.#take(key);
    if (!release) throw new VersionBusyError(identity.name, identity.version);
    try {
      return await IncomingVersion.open(identity, { folder: join(this.#folder, key), openSink: this.openSink, release });
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Removes what has come of a version, unless a transfer has it. */
  async discard(name: string, version: string): Promise<void> {
    await this.#remove(`${name}@${version}`, () => true);
  }

  /** Removes what nobody has gone on with for long. */
  async sweep(): Promise<void> {
    const found = (await unlessAbsent(readdir(this.#folder, { withFileTypes: true }))) ?? [];
    for (const entry of found) if (entry.isDirectory()) await this.#removeStale(entry.name);
  }

  async #removeStale(key: string): Promise<void> {
    if (await this.#isStale(key)) await this.#remove(key, () => this.#isStale(key)); // somebody may have gone on with it
  }

  /** Takes it first. */
  async #remove(key: string, ifStill: () => boolean | Promise<boolean>): Promise<void> {
    const release = this.#take(key);
    if (!release) return;
    try {
      if (await ifStill()) await rm(join(this.#folder, key), { recursive: true, force: true });
    } finally {
      release();
    }
  }

  /** Undefined where somebody has it. */
  #take(key: string): (() => void) | undefined {
    const folded = key.toLowerCase();
    if (this.#claimed.has(folded)) return undefined;
    this.#claimed.add(folded);
    return () => void this.#claimed.delete(folded);
  }

  /** By its journal, without one by its own age; what is gone is not. */
  async #isStale(key: string): Promise<boolean> {
    const folder = join(this.#folder, key);
    const found = (await unlessAbsent(stat(join(folder, JOURNAL_FILE)))) ?? (await unlessAbsent(stat(folder)));
    return found !== undefined && Date.now() - found.mtimeMs > this.staleMs;
  }
}
