import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from './step.mjs';

const LIB = 'libs/adapters/postgres';

/** Makes the fresh database that a first start copies, unless this version of PGlite has one. Needs the lib's build. */
export async function prepareTemplate(root, make = makeTemplate) {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/@electric-sql/pglite/package.json'), 'utf8'));
  if (!existsSync(join(root, LIB, 'template', version))) await make(root);
}

function makeTemplate(root) {
  return runStep({ title: 'Preparing the embedded database', command: process.execPath, args: [join(root, LIB, 'dist/make-template.js')], cwd: root });
}
