import { randomBytes } from 'node:crypto';
import { ObjectTooLargeError, type ObjectStore } from '@cortex/objects';
import { z } from 'zod';
import { FileNotFoundError, FileTooLargeError, TooManyFilesError } from '../batch-inference.errors';
import { tenantFolder } from '../tenant-folder';

const recordSchema = z.strictObject({
  id: z.string(),
  /** As its owner calls it. */
  filename: z.string(),
  /** What it is for, in its owner's words. */
  purpose: z.string(),
  bytes: z.int(),
  /** Wall clock, milliseconds since 1970. */
  createdAt: z.int(),
});
type FileRecord = z.output<typeof recordSchema>;

/** An uploaded file; its bytes lie under `key`. */
export interface StoredFile extends FileRecord {
  readonly key: string;
}

export type FileDescription = Pick<FileRecord, 'filename' | 'purpose'>;

export interface Upload {
  readonly tenant: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Asked once the bytes are stored: a form may say it behind them. What it throws ends the upload. */
  readonly describe: () => FileDescription | Promise<FileDescription>;
  readonly signal?: AbortSignal;
}

/** A page of a tenant's files. */
export interface FilePage {
  /** Those behind this one. */
  readonly after?: string;
  readonly limit: number;
  readonly purpose?: string;
}

export interface FilesSettings {
  readonly maxFileBytes: number;
  readonly maxFiles: number;
}

const ID = /^file-[0-9a-z]{24}$/;
/** Milliseconds are counted down from here in ids, so that the newest file has the first key. */
const LAST_MS = 36 ** 9 - 1;

/** Files that tenants upload. The record is stored behind the bytes: a file that can be found is whole. */
export class Files {
  constructor(private readonly store: ObjectStore, private readonly settings: FilesSettings) {}

  /** @throws FileTooLargeError, TooManyFilesError, what source and description throw */
  async add({ tenant, chunks, describe, signal }: Upload): Promise<StoredFile> {
    await this.#refuseIfFull(tenant);
    const createdAt = Date.now();
    const id = newId(createdAt);
    const key = bytesKey(tenant, id);
    const maxBytes = this.settings.maxFileBytes;
    const { bytes } = await this.store.write(key, chunks, { maxBytes, signal }).catch(asFileTooLarge(maxBytes));
    try {
      const { filename, purpose } = await describe();
      const record: FileRecord = { id, filename, purpose, bytes, createdAt };
      await this.store.write(recordKey(tenant, id), textChunk(JSON.stringify(record)));
      return { ...record, key };
    } catch (error) {
      await this.store.remove(key);
      throw error;
    }
  }

  /** @throws FileNotFoundError, also for another tenant's */
  async get(id: string, tenant: string): Promise<StoredFile> {
    const file = await this.#find(id, tenant);
    if (file === undefined) throw new FileNotFoundError(id);
    return file;
  }

  /** Newest first. */
  async list(tenant: string, { after = '', limit, purpose }: FilePage): Promise<readonly StoredFile[]> {
    const files: StoredFile[] = [];
    for await (const id of this.#ids(tenant)) {
      if (id <= after) continue;
      const file = await this.#find(id, tenant);
      if (file && (purpose === undefined || file.purpose === purpose)) files.push(file);
      if (files.length === limit) break;
    }
    return files;
  }

  /** While it is read: what the store throws. */
  read({ key }: StoredFile, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    return this.store.read(key, { signal });
  }

  /** @throws FileNotFoundError */
  async remove(id: string, tenant: string): Promise<void> {
    await this.get(id, tenant);
    await this.discard(id, tenant);
  }

  /** One that is gone already is no mistake. */
  async discard(id: string, tenant: string): Promise<void> {
    if (!ID.test(id)) return;
    await this.store.remove(recordKey(tenant, id));
    await this.store.remove(bytesKey(tenant, id));
  }

  async #find(id: string, tenant: string): Promise<StoredFile | undefined> {
    if (!ID.test(id)) return undefined;
    const key = recordKey(tenant, id);
    if ((await this.store.find(key)) === undefined) return undefined;
    const record = recordSchema.parse(JSON.parse(await textOf(this.store.read(key))));
    return { ...record, key: bytesKey(tenant, id) };
  }

  async *#ids(tenant: string): AsyncGenerator<string> {
    for await (const { key } of this.store.list(`${filesFolder(tenant)}/`)) {
      if (key.endsWith(RECORD)) yield key.slice(key.lastIndexOf('/') + 1, -RECORD.length);
    }
  }

  async #refuseIfFull(tenant: string): Promise<void> {
    let count = 0;
    for await (const _id of this.#ids(tenant)) if ((count += 1) >= this.settings.maxFiles) throw new TooManyFilesError(count);
  }
}

const RECORD = '.json';

function filesFolder(tenant: string): string {
  return `${tenantFolder(tenant)}/files`;
}

function recordKey(tenant: string, id: string): string {
  return `${filesFolder(tenant)}/${id}${RECORD}`;
}

function bytesKey(tenant: string, id: string): string {
  return `${filesFolder(tenant)}/${id}.data`;
}

/** 9 digits that make the newest the first, 15 that nobody guesses. */
function newId(nowMs: number): string {
  const random = [...randomBytes(15)].map((byte) => (byte % 36).toString(36)).join('');
  return `file-${(LAST_MS - nowMs).toString(36).padStart(9, '0')}${random}`;
}

function asFileTooLarge(limitBytes: number): (error: unknown) => never {
  return (error) => {
    throw error instanceof ObjectTooLargeError ? new FileTooLargeError(limitBytes) : error;
  };
}

async function* textChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of chunks) pieces.push(chunk);
  return Buffer.concat(pieces).toString();
}
