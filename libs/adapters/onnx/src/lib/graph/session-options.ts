import type { InferenceSession } from 'onnxruntime-node';

/**
 * One thread a session and no spinning: parallel work is several sessions. Prepacking stays on, it is what makes a row's
 * bits independent of the number of rows (the kernel for a single unpacked row rounds differently).
 */
const BASE = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  enableCpuMemArena: true,
  enableMemPattern: false, // remembers every shape it has seen
  logSeverityLevel: 4, // its messages reach us as exceptions
} as const satisfies InferenceSession.SessionOptions;
const NO_SPINNING = { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } };

/** For a plain .onnx file. */
export const ONNX_OPTIONS: InferenceSession.SessionOptions = { ...BASE, extra: { session: NO_SPINNING } };

/** For a converted file: weights are read where they are mapped, so sessions and processes share them. */
export const MAPPED_OPTIONS: InferenceSession.SessionOptions = {
  ...BASE,
  extra: { session: { ...NO_SPINNING, use_memory_mapped_ort_model: '1', use_ort_model_bytes_for_initializers: '1' } },
};

/** For writing an optimized graph in ORT format to `file`. */
export function convertOptions(file: string): InferenceSession.SessionOptions {
  return { ...BASE, optimizedModelFilePath: file, extra: { session: { ...NO_SPINNING, save_model_format: 'ORT' } } };
}
