import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemCodeOf } from '@cortex/kernel';

/** As deep below the package in the sources as in the build. Beside both, so that a new build leaves it. */
const TEMPLATES = join(__dirname, '../../../template');

/** Where the build keeps a fresh database for this version of PGlite; it may be absent. */
export function templateFolder(version: string): string {
  return join(TEMPLATES, version);
}

/** Makes the template unless it is there: making a database takes seconds, copying one a tenth of a second. */
export async function makeTemplate(version: string, make: (folder: string) => Promise<void>): Promise<void> {
  const folder = templateFolder(version);
  if (existsSync(folder)) return;
  const draft = join(TEMPLATES, `.${randomUUID()}`);
  mkdirSync(TEMPLATES, { recursive: true });
  try {
    await make(draft);
    renameSync(draft, folder);
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOTEMPTY' && systemCodeOf(error) !== 'EEXIST') throw error; // another process was first
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
