import { GraphError } from '../graph/graph.errors';
import { writeChunks } from './chunks';
import { FileBytes } from './file-bytes';
import { planInt8 } from './int8-plan';
import { readModel } from './onnx-file';
import { rewritten } from './rewrite';

/** Whether enough of the graph's weights can become int8. Only its structure is read; a damaged file cannot. */
export function canBecomeInt8(from: string): boolean {
  try {
    using file = FileBytes.open(from);
    return planInt8(readModel(file)).length > 0;
  } catch (error) {
    if (error instanceof GraphError) return false;
    throw graphErrorOfDisk(error);
  }
}

/**
 * Writes the graph with int8 weights, one scale a column, and rows quantized one by one, so that no row depends on another. The file
 * is there whole or not at all. @throws GraphError
 */
export function writeInt8Graph(from: string, to: string): void {
  try {
    using file = FileBytes.open(from);
    const model = readModel(file);
    writeChunks(to, rewritten({ file, model, conversions: planInt8(model) }), file);
  } catch (error) {
    throw error instanceof GraphError ? error : graphErrorOfDisk(error);
  }
}

/** Says what the disk refused, without where. */
function graphErrorOfDisk(error: unknown): unknown {
  const isOfDisk = typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error;
  return isOfDisk ? new GraphError(`the disk refused to ${String(error.syscall)} (${String(error.code)})`) : error;
}
