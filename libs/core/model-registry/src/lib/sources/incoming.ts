import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '@cortex/kernel';
import { openAtEnd, type OpenSink } from './incoming-file';
import { IncomingVersion, JOURNAL_FILE } from './incoming-version';
import { VersionBusyError } from './transfer.errors';

/** Hidden, so that a scan of the folder of models passes it by. */
const INCOMING_FOLDER = '.incoming';

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
    if (this.#claimed.has(key.toLowerCase())) throw new VersionBusyError(identity.name, identity.version);
    this.#claimed.add(key.toLowerCase());
    const release = () => void this.#claimed.delete(key.toLowerCase());
    try {
      return await IncomingVersion.open(identity, { folder: join(this.#folder, key), openSink: this.openSink, release });
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Removes what nobody has gone on with for long. */
  async sweep(): Promise<void> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (systemCodeOf(error) === 'ENOENT') return [];
      throw error;
    });
    for (const name of names) if (!this.#claimed.has(name.toLowerCase())) await this.#removeStale(join(this.#folder, name));
  }

  async #removeStale(folder: string): Promise<void> {
    const { mtimeMs } = await stat(join(folder, JOURNAL_FILE)).catch(() => stat(folder)); // without a journal its own time counts
    if (Date.now() - mtimeMs > this.staleMs) await rm(folder, { recursive: true, force: true });
  }
}
