import { lstat, readFile, readdir, realpath } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { formatBytes, quote, systemCodeOf } from '@cortex/kernel';
import type { z } from 'zod';
import { hashFile } from './digest';
import { FileMemo, type PlainFile } from './file-memo';
import type { ExternalData } from './graph-tensor';
import { inspectGraph } from './graph-walk';
import type { FilePin } from './model-version';
import { RefusedError, reasonOf } from './refused.errors';

/** What a file may be called inside a model folder: no step up, no absolute path, nothing hidden. */
export const RELATIVE_PATH = /^(?=.{1,255}$)(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const CONFIG_LIMIT_BYTES = 2 ** 20;
const TOKENIZER_LIMIT_BYTES = 2 ** 26;
const MOST_ISSUES = 3;
const ABSENT = ['ENOENT', 'ENOTDIR'];

/** What was learnt from files, kept over scans. */
export class FileKnowledge {
  readonly hashes = new FileMemo(hashFile);
  readonly externalData = new FileMemo(inspectGraph);
}

/** The files of one model folder, hostile until read: plain files only, no link on the way, sizes within limits. */
export class ModelFiles {
  /** `folder` is a real path, so that a path below it which is not its own real path goes through a link. */
  constructor(readonly folder: string, private readonly knowledge: FileKnowledge) {}

  /** The names in the folder, or in one below it; none where there is none. */
  async names(path = ''): Promise<readonly string[]> {
    const names = await absentAs([], readdir(join(this.folder, path)));
    return [...names].sort();
  }

  /** Undefined where there is none. @throws RefusedError */
  async find(path: string): Promise<PlainFile | undefined> {
    if (!RELATIVE_PATH.test(path)) throw new RefusedError(`'${quote(path)}' is not a file name inside the folder`);
    const absolute = join(this.folder, path);
    const real = await absentAs(undefined, realpath(absolute));
    if (real === undefined) return undefined;
    if (real !== absolute) throw new RefusedError(`${path} is a link`);
    const found = await lstat(absolute, { bigint: true });
    if (!found.isFile()) throw new RefusedError(`${path} is not a plain file`);
    if (found.size === 0n) throw new RefusedError(`${path} is empty`);
    return { path: absolute, bytes: Number(found.size), stamp: `${found.size}:${found.mtimeNs}:${found.ino}` };
  }

  /** @throws RefusedError also when it is missing. */
  async get(path: string): Promise<PlainFile> {
    const file = await this.find(path);
    if (file === undefined) throw new RefusedError(`${path} is missing`);
    return file;
  }

  async findTokenizer(): Promise<PlainFile | undefined> {
    const file = await this.find('tokenizer.json');
    if (file) refuseLarger('tokenizer.json', file.bytes, TOKENIZER_LIMIT_BYTES);
    return file;
  }

  /** A small text file; undefined where there is none. */
  async findText(path: string): Promise<string | undefined> {
    const file = await this.find(path);
    if (file === undefined) return undefined;
    refuseLarger(path, file.bytes, CONFIG_LIMIT_BYTES);
    return readFile(file.path, 'utf8');
  }

  /** A small JSON file; undefined where there is none. @throws RefusedError naming the field that does not fit. */
  async findJson<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S> | undefined> {
    const text = await this.findText(path);
    if (text === undefined) return undefined;
    const parsed = schema.safeParse(parseJson(path, text));
    if (!parsed.success) throw new RefusedError(`${path}: ${describeIssues(parsed.error)}`);
    return parsed.data;
  }

  /** What a graph takes its weights from, as it names it. @throws RefusedError when it is no whole ONNX file, or takes more than lies there. */
  async externalLocations(path: string): Promise<readonly string[]> {
    const file = await this.get(path);
    try {
      const external = await this.knowledge.externalData.of(file);
      for (const data of external) await this.#refuseShorter(path, data);
      return external.map(({ location }) => location);
    } catch (error) {
      throw new RefusedError(`${path} ${reasonOf(error)}`);
    }
  }

  /** Who reads the graph refuses what is missing or lies elsewhere; here only its size is looked at. */
  async #refuseShorter(graph: string, { location, bytes }: ExternalData): Promise<void> {
    const path = posix.join(posix.dirname(graph), location);
    const file = RELATIVE_PATH.test(location) ? await this.find(path) : undefined;
    if (file && file.bytes < bytes) throw new RefusedError(`takes ${bytes} bytes from '${quote(location)}', which has ${file.bytes}`);
  }

  /** Refuses a pinned file of another size, or one that is known to have another hash. Does not read it. */
  async expect(pin: FilePin): Promise<PlainFile> {
    const file = await this.get(pin.path);
    if (file.bytes !== pin.bytes) throw new RefusedError(`${pin.path} has ${file.bytes} bytes, the manifest says ${pin.bytes}`);
    refuseOther(pin, this.knowledge.hashes.peek(file) ?? pin.sha256);
    return file;
  }

  /** The file as it is now, checked against its pin where it has one. @throws RefusedError also when it changes meanwhile. */
  async pin(path: string, pin?: FilePin): Promise<FilePin> {
    const file = await (pin ? this.expect(pin) : this.get(path));
    const sha256 = await this.knowledge.hashes.of(file);
    if (pin) refuseOther(pin, sha256);
    if ((await this.get(path)).stamp !== file.stamp) throw new RefusedError(`${path} changed while it was read`);
    return { path, sha256, bytes: file.bytes };
  }

  /** Whether it is known, without reading the file, that its content is not the pinned one. */
  async isKnownToDiffer(pin: FilePin): Promise<boolean> {
    const file = await this.find(pin.path);
    return file !== undefined && (this.knowledge.hashes.peek(file) ?? pin.sha256) !== pin.sha256;
  }

  /** An absolute path as the manifest would write it. */
  relative(absolute: string): string {
    return relative(this.folder, absolute).split(sep).join('/');
  }
}

function refuseLarger(path: string, bytes: number, limitBytes: number): void {
  if (bytes > limitBytes) throw new RefusedError(`${path} has ${formatBytes(bytes)}, the limit is ${formatBytes(limitBytes)}`);
}

function refuseOther({ path, sha256 }: FilePin, hash: string): void {
  if (hash !== sha256) throw new RefusedError(`${path} has another sha256 than the manifest says`);
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RefusedError(`${path} is not valid JSON`); // the parser's own message repeats the file's content
  }
}

function describeIssues({ issues }: z.ZodError): string {
  const described = issues.slice(0, MOST_ISSUES).map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  return quote(described.join('; '), 250);
}

async function absentAs<T, A>(absent: A, found: Promise<T>): Promise<T | A> {
  try {
    return await found;
  } catch (error) {
    if (!ABSENT.includes(systemCodeOf(error) ?? '')) throw error;
    return absent;
  }
}
