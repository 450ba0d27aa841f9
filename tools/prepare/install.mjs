import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runStep } from './step.mjs';

/** In node_modules, so that it goes when the packages go. */
const STAMP = 'node_modules/.cortex-install';

/** Whether node_modules was installed from exactly this lock file. */
export function isInstalled(root) {
  return readIfThere(join(root, STAMP)) === lockDigest(root);
}

/** Notes which lock file node_modules was installed from. */
export function stampInstall(root) {
  const stamp = join(root, STAMP);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lockDigest(root));
}

/** `npm ci`, unless it has been done for this lock file. */
export async function install(root) {
  if (isInstalled(root)) return;
  // The CPU runtime is inside the package: its install script would only fetch CUDA libraries.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  await runStep({ title: 'Installing dependencies', command: 'npm', args: ['ci', '--loglevel=error'], cwd: root, env });
  stampInstall(root);
}

function lockDigest(root) {
  return createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}
