import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** As deep below the package in the sources as in the build: a process needs JavaScript, so it runs the build in both. */
const ENTRY = join(__dirname, '../../../dist/child.js');

/** The script of the database's process. */
export function childEntry(): string {
  if (!existsSync(ENTRY)) throw new Error("the entry of the database's process is missing: build the postgres project first");
  return ENTRY;
}
