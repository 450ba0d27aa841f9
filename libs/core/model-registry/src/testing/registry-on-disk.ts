import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@cortex/kernel/testing';
import { scanFolder } from '../lib/folder-scan';
import type { ModelRecord } from '../lib/model-record';
import { ModelRegistry } from '../lib/model-registry';
import type { RegistryOptions } from '../lib/model-registry.options';
import type { IndexEntry } from '../lib/model-version';
import { onnxBytes, writeFiles } from './model-folders';

/** A registry that has read a folder of its own: `m` with the versions 9 and 10, and `bad`, which is broken. */
export class RegistryOnDisk implements AsyncDisposable {
  readonly clock = new FakeClock();
  registry: ModelRegistry;
  /** How often a folder was read. */
  scans = 0;

  private constructor(readonly root: string) {
    this.registry = this.#registryOf({});
  }

  static async make(): Promise<RegistryOnDisk> {
    const disk = new RegistryOnDisk(await realpath(await mkdtemp(join(tmpdir(), 'registry-'))));
    await disk.write({ 'm/9/model.onnx': onnxBytes(), 'm/10/model.onnx': onnxBytes(), 'bad/1/model.onnx': 'x' });
    await disk.registry.refresh();
    return disk;
  }

  /** Another registry over the same folder, which has read nothing yet. */
  reopen(differs: Partial<RegistryOptions>): void {
    this.registry = this.#registryOf(differs);
  }

  write(files: Parameters<typeof writeFiles>[1]): Promise<void> {
    return writeFiles(this.root, files);
  }

  change(name: string, edit: Partial<ModelRecord>): Promise<ModelRecord> {
    return this.registry.records.change(name, (record) => ({ ...record, ...edit }));
  }

  async versionOf(reference: string): Promise<string> {
    return (await this.registry.resolve(reference)).version.version;
  }

  stateOf(name: string, version = '1'): IndexEntry | undefined {
    return this.registry.index().find((entry) => entry.name === name && entry.version === version);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.root, { recursive: true });
  }

  #registryOf(differs: Partial<RegistryOptions>): ModelRegistry {
    const scan: typeof scanFolder = (folder, knowledge) => {
      this.scans += 1;
      return scanFolder(folder, knowledge);
    };
    return new ModelRegistry({ folders: [{ path: this.root, origin: 'folder' }], maxBatchRows: 32, ...differs }, this.clock, { scan });
  }
}

/** The code that a promise is refused with, `ok` where it is not. */
export function codeOf(outcome: Promise<unknown>): Promise<string | undefined> {
  return outcome.then(() => 'ok', (error: { code?: string }) => error.code);
}
