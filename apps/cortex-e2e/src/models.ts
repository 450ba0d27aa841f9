import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mlpGraph, noise, onnxGraph, ratioGraph } from '@cortex/onnx/testing';

/** A folder of small models made for these tests, in Triton's layout; gone after the block. */
export class ModelFolder implements AsyncDisposable {
  private constructor(readonly path: string) {}

  /** `files`: graph by `name/version`; text is written as it is. */
  static async with(files: Readonly<Record<string, Uint8Array | string>>): Promise<ModelFolder> {
    const path = await mkdtemp(join(tmpdir(), 'cortex-models-'));
    for (const [place, content] of Object.entries(files)) {
      await mkdir(join(path, place), { recursive: true });
      await writeFile(join(path, place, 'model.onnx'), content);
    }
    return new ModelFolder(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** x [batch, 20] -> y [batch, 3]. */
export const tiny = (): Uint8Array => mlpGraph();
/** x [batch, 2] -> x / x. */
export const ratio = (): Uint8Array => ratioGraph();

/** x [batch, 20] -> y [batch, 1024], slow: a chain of large products, tens of milliseconds for 32 rows. */
export function slow(): Uint8Array {
  const links = Array.from({ length: 40 }, (_, index) => ({ op: 'MatMul', inputs: [`h${index}`, 'square'], outputs: [index === 39 ? 'y' : `h${index + 1}`] }));
  return onnxGraph({
    inputs: [{ name: 'x', dtype: 'float32', axes: ['batch', 20] }],
    outputs: [{ name: 'y', dtype: 'float32', axes: ['batch', 1024] }],
    weights: { wide: noise(1, [20, 1024]), square: scaled(noise(2, [1024, 1024]), 0.03) },
    nodes: [{ op: 'MatMul', inputs: ['x', 'wide'], outputs: ['h0'] }, ...links],
  });
}

function scaled(tensor: ReturnType<typeof noise>, factor: number): ReturnType<typeof noise> {
  return { ...tensor, data: (tensor.data as Float32Array).map((value) => value * factor) };
}

/** An infer body of so many rows of 20 numbers. */
export function rowsOf20(rows: number, seed = 1): string {
  const data = Array.from({ length: rows * 20 }, (_, index) => Number(Math.sin(index * seed + seed).toFixed(3)));
  return JSON.stringify({ inputs: [{ name: 'x', shape: [rows, 20], datatype: 'FP32', data }] });
}
