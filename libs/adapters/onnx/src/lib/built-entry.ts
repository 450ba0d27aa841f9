import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** As deep below the package in the sources as in the build. */
const BUILD = join(__dirname, '../../dist');

/** A script of the build: a thread or process needs JavaScript, so it runs the build even where the sources run. */
function builtEntry(script: string): string {
  const entry = join(BUILD, script);
  if (!existsSync(entry)) throw new Error(`${script} is missing: build the onnx project first`);
  return entry;
}

/** The script of a model's process. */
export const childEntry = () => builtEntry('child.js');

/** The script of an inference thread. */
export const workerEntry = () => builtEntry('worker.js');
