import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { runStep } from './step.mjs';

/** In the build output, so that it goes when the output goes. */
const STAMP = 'dist/.cortex-build';

/**
 * Compiles an app with everything it refers to, unless no source has changed since the last time.
 * @param config path of the app's tsconfig.app.json
 * @param compile builds that configuration and rejects when it does not compile
 */
export async function build(root, config, compile = tsc) {
  const projects = projectsOf(config);
  const stamp = join(dirname(config), STAMP);
  const fingerprint = fingerprintOf([join(root, 'tsconfig.base.json'), join(root, 'package-lock.json'), ...projects.flatMap(filesOf)]);
  if (isFresh(stamp, fingerprint, projects)) return;

  rmSync(stamp, { force: true });
  await compile(root, config);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, fingerprint);
}

function tsc(root, config) {
  return runStep({ title: 'Building', command: process.execPath, args: [join(root, 'node_modules/typescript/bin/tsc'), '--build', config], cwd: root });
}

/** The tsconfig files that `tsc --build` would visit, each once; one that is missing is the compiler's to report. */
function projectsOf(config, seen = new Set()) {
  if (seen.has(config) || !existsSync(config)) return [];
  seen.add(config);
  const { references = [] } = JSON.parse(readFileSync(config, 'utf8'));
  return [config, ...references.flatMap(({ path }) => projectsOf(resolve(dirname(config), path), seen))];
}

function isFresh(stamp, fingerprint, projects) {
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint) return false;
  return projects.every((config) => existsSync(join(dirname(config), 'dist')));
}

/** Path, size and time of every file that the compiler may read: an edit, a move and a deletion all change it. */
function fingerprintOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {};
    hash.update(`${file}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function filesOf(config) {
  const folder = dirname(config);
  return [config, join(folder, 'package.json'), ...sourcesOf(join(folder, 'src'))];
}

function sourcesOf(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
