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

/** id [batch] -> row [batch, 8] of a table that depends on the seed alone: 32 bytes a row. */
export function table(seed: number, rows: number): Uint8Array {
  return onnxGraph({
    inputs: [{ name: 'id', dtype: 'int64', axes: ['batch'] }],
    outputs: [{ name: 'row', dtype: 'float32', axes: ['batch', TABLE_WIDTH] }],
    weights: { table: noise(seed, [rows, TABLE_WIDTH]) },
    nodes: [{ op: 'Gather', inputs: ['table', 'id'], outputs: ['row'] }],
  });
}

/** What `table` answers for an id. */
export function tableRow(seed: number, rows: number, id: number): number[] {
  const key = `${seed}/${rows}`;
  const data = tables.get(key) ?? (noise(seed, [rows, TABLE_WIDTH]).data as Float32Array);
  tables.set(key, data);
  return Array.from(data.subarray(id * TABLE_WIDTH, (id + 1) * TABLE_WIDTH));
}

const TABLE_WIDTH = 8;
const tables = new Map<string, Float32Array>();

/** A well-formed file that no runtime opens: it uses an operator that there is not. */
export function broken(): Uint8Array {
  return onnxGraph({
    inputs: [{ name: 'id', dtype: 'int64', axes: ['batch'] }],
    outputs: [{ name: 'row', dtype: 'int64', axes: ['batch'] }],
    nodes: [{ op: 'NoSuchOperator', inputs: ['id'], outputs: ['row'] }],
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
