import { OnnxModelRuntime } from '@cortex/onnx';
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Derives the int8 graph that the server itself would derive, and copies it to `to`. */
export async function deriveInt8(from: string, to: string): Promise<void> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'int8-'));
  const runtime = new OnnxModelRuntime({ threads: 1, cacheDir });
  try {
    const digest = `sha256:${createHash('sha256').update(await readFile(from)).digest('hex')}`;
    const artifact = { name: 'trained', version: '1', variant: 'fp32', file: from, digest, maxTokens: 256, maxBatchRows: 32 };
    const { file } = await runtime.derive(artifact, 'int8');
    await copyFile(file, to);
  } finally {
    await runtime.close();
    await rm(cacheDir, { recursive: true });
  }
}
