import { readFileSync } from 'node:fs';

/** The lines of a file, without the empty ones. */
export function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').filter((line) => line !== '');
}
