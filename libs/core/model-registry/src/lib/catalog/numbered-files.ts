import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, systemCodeOf } from '@cortex/kernel';

const NUMBERED = /^(.+)@(\d{1,15})\.json$/;
const DRAFT = /^\..+\.draft$/;
/** So many of a name's files stay: others would have to write that many between two calls of a writer for it to give up a number that it had. */
const KEPT = 16;
const DRAFT_LIFE_MS = 60_000;

/**
 * Files that are never overwritten, `<name>@<number>.json`: the highest number counts. A file appears under its number whole,
 * by a hard link, which fails where somebody was first; so there is no lock that a dead process could leave behind.
 */
export class NumberedFiles {
  constructor(readonly folder: string) {}

  /** The highest number of each name. */
  async numbers(): Promise<Map<string, number>> {
    const highest = new Map<string, number>();
    for (const file of await this.#list()) {
      const [, name, number] = NUMBERED.exec(file) ?? [];
      if (name !== undefined) highest.set(name, Math.max(Number(number), highest.get(name) ?? 0));
    }
    return highest;
  }

  read(name: string, number: number): Promise<string> {
    return readFile(this.#path(name, number), 'utf8');
  }

  /** On the disk when it returns; false where somebody else wrote that number. */
  async write(name: string, number: number, content: string): Promise<boolean> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (!(await this.#publish(name, number, content))) return false;
    const highest = (await this.numbers()).get(name) ?? 0;
    if (highest >= number + KEPT) {
      await rm(this.#path(name, number), { force: true }); // the number was free only because it was swept: others are far ahead
      return false;
    }
    await syncFolder(this.folder);
    await this.#sweep(name, highest - KEPT);
    return true;
  }

  async #publish(name: string, number: number, content: string): Promise<boolean> {
    const draft = join(this.folder, `.${name}.${randomUUID()}.draft`);
    try {
      await writeDurably(draft, content);
      await link(draft, this.#path(name, number));
      return true;
    } catch (error) {
      if (systemCodeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** Removes the name's files up to a number, and drafts that a killed process left. */
  async #sweep(name: string, upTo: number): Promise<void> {
    for (const file of await this.#list()) {
      const [, owner, number] = NUMBERED.exec(file) ?? [];
      const isOld = owner === name && Number(number) <= upTo;
      if (isOld || (DRAFT.test(file) && (await isAbandoned(join(this.folder, file))))) await rm(join(this.folder, file), { force: true });
    }
  }

  #path(name: string, number: number): string {
    return join(this.folder, `${name}@${number}.json`);
  }

  async #list(): Promise<readonly string[]> {
    try {
      return await readdir(this.folder);
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }
}

async function writeDurably(path: string, content: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(content);
  await file.sync();
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > DRAFT_LIFE_MS;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false; // its writer was done with it
    throw error;
  }
}
