import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { syncFolder } from '@cortex/kernel';
import { z } from 'zod';
import { unlessAbsent } from './absent';
import { IncomingFile, whileThereIsRoom, type OpenSink } from './incoming-file';
import type { PartialFile, SourceFile } from './model-source.port';

export const JOURNAL_FILE = 'journal.json';

const journalSchema = z.strictObject({
  /** What everything here was read from. */
  source: z.string(),
  /** Of which content each file's bytes are, noted before the first of them is written. */
  files: z.record(z.string(), z.strictObject({ promised: z.string().optional(), etag: z.string().optional(), sha256: z.string().optional() })),
});
type Journal = z.output<typeof journalSchema>;

/** One version on its way: its files as far as they have come, and a journal of what they are parts of. */
export class IncomingVersion {
  private constructor(
    readonly name: string,
    readonly version: string,
    private readonly place: { readonly folder: string; readonly openSink: OpenSink; readonly release: () => void },
    private readonly journal: Journal,
  ) {}

  /** Goes on from what is there when it came from the same source, otherwise begins with nothing. */
  static async open(identity: { readonly name: string; readonly version: string; readonly source: string }, place: IncomingVersion['place']): Promise<IncomingVersion> {
    const kept = await readJournal(join(place.folder, JOURNAL_FILE));
    const journal = kept?.source === identity.source ? kept : { source: identity.source, files: {} };
    if (journal !== kept) await rm(place.folder, { recursive: true, force: true });
    return new IncomingVersion(identity.name, identity.version, place, journal);
  }

  /** Where the files lie, as they shall lie in the version's folder. */
  get folder(): string {
    return join(this.place.folder, 'files');
  }

  /** The file as far as it has come, if what is there is of the content that is promised now. */
  async file(promised: SourceFile): Promise<{ readonly file: IncomingFile; readonly etag?: string; readonly isWhole: boolean }> {
    const entry = this.journal.files[promised.path];
    const kept = entry && isSame(entry.promised, promised) ? await this.#bytesOf(promised) : 0;
    const file = await IncomingFile.at(this.#pathOf(promised), kept, this.place.openSink);
    if (kept === 0 || !entry) return { file, isWhole: false };
    const isWhole = file.sha256 === (promised.sha256 ?? entry.sha256);
    if (!isWhole && promised.bytes !== undefined && kept >= promised.bytes) file.restart();
    return { file, etag: entry.etag, isWhole };
  }

  /** Notes of what the bytes that come next are a part. */
  async begin({ path, sha256, identity }: SourceFile, etag: PartialFile['etag']): Promise<void> {
    this.journal.files[path] = { promised: sha256 ?? identity, etag };
    await this.#write();
  }

  /** Notes that a file has come whole, for sources that promise no hash. */
  async complete({ path }: SourceFile, sha256: string): Promise<void> {
    this.journal.files[path] = { ...this.journal.files[path], sha256 };
    await this.#write();
  }

  /** Forgets a file that turned out to be another than was promised. */
  async drop(file: SourceFile, kept: IncomingFile): Promise<void> {
    kept.restart();
    delete this.journal.files[file.path];
    await rm(this.#pathOf(file), { force: true });
    await this.#write();
  }

  /** Removes what an earlier transfer left that this one does not bring: nobody verified it. */
  async keepOnly(paths: ReadonlySet<string>): Promise<void> {
    for (const found of await readdir(this.folder, { recursive: true })) {
      const path = found.split(sep).join('/');
      const isFolder = [...paths].some((kept) => kept.startsWith(`${path}/`));
      if (!isFolder && !paths.has(path)) await rm(join(this.folder, found), { recursive: true, force: true });
    }
  }

  /** Adds a file of the server's own, and makes all names in the folder last: what is renamed then is whole after a loss of power, too. @throws StorageFullError */
  async seal(path: string, content: string): Promise<void> {
    const file = await IncomingFile.at(join(this.folder, path), 0, this.place.openSink);
    await file.append(Readable.from([Buffer.from(content)]));
    const found = await readdir(this.folder, { recursive: true, withFileTypes: true });
    for (const entry of found) if (entry.isDirectory()) await syncFolder(join(entry.parentPath, entry.name));
    await syncFolder(this.folder);
  }

  async remove(): Promise<void> {
    await rm(this.place.folder, { recursive: true, force: true });
  }

  /** Lets another transfer have it. */
  [Symbol.dispose](): void {
    this.place.release();
  }

  async #bytesOf(file: SourceFile): Promise<number> {
    return (await unlessAbsent(stat(this.#pathOf(file))))?.size ?? 0;
  }

  #pathOf({ path }: SourceFile): string {
    return join(this.folder, path);
  }

  /** Whole or not at all: a process that dies in between leaves the old one. */
  async #write(): Promise<void> {
    const path = join(this.place.folder, JOURNAL_FILE);
    await whileThereIsRoom(async () => {
      await mkdir(this.folder, { recursive: true });
      await writeFile(`${path}.new`, JSON.stringify(this.journal));
      await rename(`${path}.new`, path);
    });
  }
}

/** Without a promise of the content only an ETag can tell, and the source is asked with it. */
function isSame(kept: string | undefined, { sha256, identity }: SourceFile): boolean {
  return kept === (sha256 ?? identity);
}

async function readJournal(path: string): Promise<Journal | undefined> {
  const text = await unlessAbsent(readFile(path, 'utf8'));
  if (text === undefined) return undefined;
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch {
    return undefined; // half written by a machine that lost power: begin with nothing
  }
}
