import { rmSync } from 'node:fs';
import type { Tensor } from '@cortex/inference';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { join } from 'node:path';
import type { ModelFolder } from './artifacts';
import { noise } from './graphs';
import { onnxGraph, type OnnxGraph } from './onnx-graph';
import { FileBytes } from '../lib/quantize/file-bytes';
import { writeInt8Graph } from '../lib/quantize/int8-graph';
import { readModel, type StoredModel } from '../lib/quantize/onnx-file';
import type { OnnxNode } from '../lib/quantize/onnx-parts';

/** The sizes of `w`, and rows for it. */
export const K = 64;
export const N = 80;
export const x = noise(1, [3, K]);
export const w = noise(2, [K, N]);

/** A node of one output. */
export function product(inputs: string[], output: string, op = 'MatMul', attributes: OnnxNode['attributes'] = {}): OnnxNode {
  return { op, inputs, outputs: [output], attributes };
}

/** A graph from x [n, width] to y [n, any], unless said otherwise. */
export function graphOf(nodes: readonly OnnxNode[], weights: Record<string, Tensor>, about: Partial<OnnxGraph> & { width?: number } = {}): Uint8Array {
  const { width = K, ...further } = about;
  const ports = { inputs: [{ name: 'x', dtype: 'float32', axes: ['n', width] }], outputs: [{ name: 'y', dtype: 'float32', axes: ['n', 'm'] }] } as const;
  return onnxGraph({ ...ports, nodes, weights, ...further });
}

/** Derives int8 from a graph, and reads what was written. */
export async function int8Of(folder: ModelFolder, bytes: Uint8Array): Promise<{ file: string; model: StoredModel }> {
  const { file: from } = await folder.add('fp32', bytes);
  const to = join(folder.path, 'int8.onnx');
  rmSync(to, { force: true });
  writeInt8Graph(from, to);
  using file = FileBytes.open(to);
  return { file: to, model: readModel(file) };
}

/** Runs a file once: its float outputs by name. */
export async function run(file: string, feeds: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const given = Object.entries(feeds).map(([name, { dtype, data, shape }]) => [name, new OrtTensor(dtype as 'float32', data as Float32Array, shape)]);
  const results = await session.run(Object.fromEntries(given));
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data as Float32Array)]));
}

export function values({ data }: Tensor): Float32Array {
  return data as Float32Array;
}
