import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** As deep below the package in the sources as in the build: a thread needs JavaScript, so it runs the build in both. */
const ENTRY = join(__dirname, '../../../dist/worker.js');

/** The script of an inference thread. */
export function workerEntry(): string {
  if (!existsSync(ENTRY)) throw new Error('the entry of the inference threads is missing: build the onnx project first');
  return ENTRY;
}
