import { codeOf, CortexError, formatBytes, systemCodeOf } from '@cortex/kernel';
import { ModelCatalog } from '../model-catalog.port';
import type { ModelRecord } from '../model-record';
import { CatalogConflictError, CatalogDamagedError, CatalogUnavailableError } from '../registry.errors';
import { NumberedFiles } from './numbered-files';
import { checkModelRecord, readModelRecord, RECORD_LIMIT_BYTES } from './record-schema';

/** What stands where a record was removed; its number stays taken, so that nobody's late change brings the record back. */
const REMOVED = 'null\n';
const MOST_READS = 3;

export interface FileModelCatalogOptions {
  /** Made with the first record. It must be on a file system with hard links. */
  readonly folder: string;
  /** Between two looks for what other processes changed. Default 500. */
  readonly pollMs?: number;
  /** Hears once when watching begins to fail, until it works again. Default nobody. */
  readonly warn?: (message: string) => void;
}

interface Kept {
  /** Of its file; 0 where there never was one. */
  readonly number: number;
  readonly record: ModelRecord | undefined;
}

/** Records as JSON files in a folder, `<name>@<number>.json`, safe among processes and against being killed. @throws CatalogUnavailableError everywhere */
export class FileModelCatalog extends ModelCatalog {
  readonly #files: NumberedFiles;
  /** The number that this catalogue wrote last, by name: not news to its watchers. */
  readonly #own = new Map<string, number>();

  constructor(private readonly options: FileModelCatalogOptions) {
    super();
    this.#files = new NumberedFiles(options.folder);
  }

  names(): Promise<readonly string[]> {
    return reaching(async () => {
      const names: string[] = [];
      for (const name of (await this.#files.numbers()).keys()) {
        const { text } = await this.#read(name);
        if (text !== undefined) names.push(name);
      }
      return names.sort();
    });
  }

  find(name: string): Promise<ModelRecord | undefined> {
    return reaching(async () => (await this.#kept(name)).record);
  }

  store(record: ModelRecord): Promise<void> {
    checkModelRecord(record);
    return this.#replace(record.name, record.revision - 1, `${JSON.stringify(record, undefined, 2)}\n`);
  }

  remove(name: string, revision: number): Promise<void> {
    return this.#replace(name, revision, REMOVED);
  }

  watch(onChange: (name: string) => void | Promise<void>): Disposable {
    const seen = new Map<string, number>();
    let timer: NodeJS.Timeout | undefined;
    let isOpen = true;
    let isFailing = false;
    const look = async () => {
      try {
        await this.#tellNews(seen, onChange);
        isFailing = false;
      } catch (error) {
        if (!isFailing) this.options.warn?.(`changes of other processes to the model catalogue are not seen (${systemCodeOf(error) ?? codeOf(error)})`);
        isFailing = true;
      }
      if (isOpen) timer = setTimeout(look, this.options.pollMs ?? 500).unref();
    };
    timer = setTimeout(look, 0).unref();
    return {
      [Symbol.dispose]: () => {
        isOpen = false;
        clearTimeout(timer);
      },
    };
  }

  async #tellNews(seen: Map<string, number>, onChange: (name: string) => void | Promise<void>): Promise<void> {
    for (const [name, number] of await this.#files.numbers()) {
      if (seen.get(name) !== number && this.#own.get(name) !== number) await onChange(name);
      seen.set(name, number);
    }
  }

  #replace(name: string, revision: number, content: string): Promise<void> {
    return reaching(async () => {
      const { number, record } = await this.#kept(name);
      const keptRevision = record?.revision ?? 0;
      if (keptRevision !== revision) throw new CatalogConflictError(name, revision, keptRevision);
      this.#own.set(name, number + 1);
      if (await this.#files.write(name, number + 1, content)) return;
      this.#own.delete(name);
      throw new CatalogConflictError(name, revision, undefined);
    });
  }

  async #kept(name: string): Promise<Kept> {
    const { number, text } = await this.#read(name);
    return { number, record: text === undefined ? undefined : parseRecord(name, text) };
  }

  /** The newest file; looked for anew where it was swept before it was read. */
  async #read(name: string): Promise<{ readonly number: number; readonly text: string | undefined }> {
    for (let attempt = 1; ; attempt += 1) {
      const number = (await this.#files.numbers()).get(name) ?? 0;
      if (number === 0) return { number, text: undefined };
      try {
        const text = await this.#files.read(name, number);
        return { number, text: text === REMOVED ? undefined : text };
      } catch (error) {
        if (systemCodeOf(error) !== 'ENOENT' || attempt === MOST_READS) throw error;
      }
    }
  }
}

function parseRecord(name: string, text: string): ModelRecord {
  if (text.length > RECORD_LIMIT_BYTES) throw new CatalogDamagedError(name, `it is larger than ${formatBytes(RECORD_LIMIT_BYTES)}`);
  return readModelRecord(name, jsonOf(name, text));
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CatalogDamagedError(name, 'it is not valid JSON'); // the parser's own message repeats the file's content
  }
}

async function reaching<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw reachError(error);
  }
}

/** What the system says, without the path that its message carries. */
function reachError(error: unknown): unknown {
  const code = systemCodeOf(error);
  return error instanceof CortexError || code === undefined ? error : new CatalogUnavailableError(code, { cause: error });
}
