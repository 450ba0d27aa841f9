import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelArtifact } from '@cortex/inference';

/** Model files in a directory of their own, which goes with `await using`. */
export class ModelFolder implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async make(): Promise<ModelFolder> {
    return new ModelFolder(await mkdtemp(join(tmpdir(), 'onnx-')));
  }

  /** Writes `bytes` as a graph file and describes it: no tokens, at most 64 rows, unless said otherwise. */
  async add(name: string, bytes: Uint8Array, about: Partial<ModelArtifact> = {}): Promise<ModelArtifact> {
    const file = join(this.path, `${name}.onnx`);
    await writeFile(file, bytes);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    return { name, version: '1', variant: 'fp32', file, digest, maxTokens: 0, maxBatchRows: 64, ...about };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
