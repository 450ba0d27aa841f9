import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelArtifact } from '@cortex/inference';
import type { GraphFiles } from '../graph/graph-session';
import { BoundedFolder } from './bounded-folder';
import { cacheKey } from './cache-key';
import type { OnTrouble } from './disk-trouble';

/** Below it there is nothing to share; above it the format and the memory to convert do not suffice. */
const SMALLEST_BYTES = 2 ** 20;
const LARGEST_BYTES = 2 ** 30;
const MAX_FILES = 64;

/** Copies of graphs in ORT format, which all threads, and other processes, map instead of reading: weights in memory once. */
export class MappedGraphs {
  readonly #folder: BoundedFolder | undefined;
  /** By name: conversions under way. */
  readonly #converting = new Map<string, Promise<string | undefined>>();

  constructor(cacheDir: string | undefined, maxBytes: number, private readonly onTrouble: OnTrouble) {
    this.#folder = cacheDir === undefined ? undefined : new BoundedFolder(join(cacheDir, 'mapped'), { maxFiles: MAX_FILES, maxBytes });
  }

  /** The files to open a model from; `convert` is asked to write the copy when there is none yet. */
  async filesOf(artifact: ModelArtifact, convert: (from: string, to: string) => Promise<void>): Promise<GraphFiles> {
    const plain: GraphFiles = { onnx: artifact.file };
    if (!this.#folder || !(await isWorthMapping(artifact.file))) return plain;
    const name = `${cacheKey(artifact)}.ort`;
    const mapped = this.#converting.get(name) ?? this.#findOrConvert(this.#folder, name, (to) => convert(artifact.file, to));
    this.#converting.set(name, mapped);
    try {
      const file = await mapped;
      return file === undefined ? plain : { ...plain, mapped: file };
    } finally {
      this.#converting.delete(name);
    }
  }

  async #findOrConvert(folder: BoundedFolder, name: string, convert: (to: string) => Promise<void>): Promise<string | undefined> {
    try {
      return (await folder.find(name)) ?? (await folder.keep(name, convert));
    } catch (error) {
      this.onTrouble(error);
      return undefined; // a graph without a copy, or no room for one: the file itself is opened, and says what is wrong with it
    }
  }
}

async function isWorthMapping(file: string): Promise<boolean> {
  const size = await stat(file).then((entry) => entry.size, () => 0);
  return size >= SMALLEST_BYTES && size <= LARGEST_BYTES;
}
