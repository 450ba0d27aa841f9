import { basename } from 'node:path';
import { z } from 'zod';
import { KeyConflictError, KeyStoreError } from './identity.errors';
import { keyRecordSchema, type KeyRecord } from './key-record';
import { KeyStore, type KeySnapshot, type KeyWatcher } from './key-store.port';
import { identityOf, readPrivateFile, replaceFile } from './private-file';
import { withoutRecord, withRecord } from './records';

const fileSchema = z.strictObject({ version: z.literal(1), revision: z.int().positive(), keys: z.array(keyRecordSchema) });
const NONE: KeySnapshot = { revision: 0, records: [] };

export interface FileKeyStoreSettings {
  readonly path: string;
  /** How often the file is looked at for changes by others. Default 500 ms. */
  readonly pollMs?: number;
}

/**
 * Keys in one JSON file that only its owner can read, replaced whole at each change; processes that share it see each
 * other's changes. A file edited by hand counts too. Without the file there are no keys.
 */
export class FileKeyStore extends KeyStore {
  readonly #path: string;
  readonly #pollMs: number;
  readonly #watchers = new Set<KeyWatcher>();
  #timer: NodeJS.Timeout | undefined;
  /** The file whose content, or failure, the watchers know. */
  #told: string | undefined;
  #toldRevision = 0;
  /** Counts own changes, so that a look that began before one is not told after it. */
  #changes = 0;

  constructor({ path, pollMs = 500 }: FileKeyStoreSettings) {
    super();
    this.#path = path;
    this.#pollMs = pollMs;
  }

  async read(): Promise<KeySnapshot> {
    const text = await readPrivateFile(this.#path);
    return text === undefined ? NONE : this.#parse(text);
  }

  store(record: KeyRecord, revision: number): Promise<KeySnapshot> {
    return this.#replace(revision, (records) => withRecord(records, record));
  }

  remove(id: string, revision: number): Promise<KeySnapshot> {
    return this.#replace(revision, (records) => withoutRecord(records, id));
  }

  watch(watcher: KeyWatcher): Disposable {
    this.#watchers.add(watcher);
    this.#told = undefined;
    this.#lookIn(0);
    return { [Symbol.dispose]: () => void this.#watchers.delete(watcher) };
  }

  async #replace(expected: number, change: (records: readonly KeyRecord[]) => KeyRecord[]): Promise<KeySnapshot> {
    let next = NONE;
    const identity = await replaceFile(this.#path, async () => {
      const { revision, records } = await this.read();
      if (revision !== expected) throw new KeyConflictError(expected, revision);
      next = { revision: revision + 1, records: change(records) };
      return `${JSON.stringify({ version: 1, revision: next.revision, keys: next.records }, null, 2)}\n`;
    });
    if (identity === undefined) throw new KeyConflictError(expected, expected + 1);
    this.#tell(next, identity);
    return next;
  }

  /** An own change that is overtaken by a later one while it returns is not told after it. */
  #tell(next: KeySnapshot, identity: string): void {
    this.#changes += 1;
    if (next.revision <= this.#toldRevision) return;
    this.#told = identity;
    this.#toldRevision = next.revision;
    for (const watcher of this.#watchers) watcher.changed(next);
  }

  #parse(text: string): KeySnapshot {
    const { data, error } = fileSchema.safeParse(jsonOf(text));
    if (data) return { revision: data.revision, records: data.keys };
    const [issue] = error.issues;
    throw new KeyStoreError(`the key file '${basename(this.#path)}' cannot be read: ${issue!.path.join('.') || 'content'}: ${issue!.message}`);
  }

  /** One look is planned at most, and none when nobody would be told. */
  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#watchers.size > 0) this.#timer = setTimeout(() => void this.#look(), ms).unref();
  }

  /** Tells what others changed; each state or failure of the file once. */
  async #look(): Promise<void> {
    const changes = this.#changes;
    const identity = await identityOf(this.#path);
    if (identity !== this.#told) {
      const outcome = await this.read().catch((error: unknown) => ({ error }));
      if (changes === this.#changes) this.#tellOthers(outcome, identity);
    }
    this.#lookIn(this.#pollMs);
  }

  #tellOthers(outcome: KeySnapshot | { readonly error: unknown }, identity: string): void {
    this.#told = identity;
    if ('error' in outcome) {
      for (const watcher of this.#watchers) watcher.failed(outcome.error);
    } else {
      this.#toldRevision = outcome.revision;
      for (const watcher of this.#watchers) watcher.changed(outcome);
    }
  }
}

/** Undefined, which no schema accepts, where it is no JSON: its own complaint would repeat what stands in the file. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
