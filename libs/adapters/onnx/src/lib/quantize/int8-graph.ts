import { systemCodeOf } from '@cortex/kernel';
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
 * Writes the graph with int8 weights, one scale a column, and rows quantized one by one, so that no row depends on another, into a
 * new file. @throws GraphError, then without a file
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

/** Says that the disk refused it, without where. */
function graphErrorOfDisk(error: unknown): unknown {
  const code = systemCodeOf(error);
  return code === undefined ? error : new GraphError(`the disk refuses it (${code})`);
}
