import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's `nobody` and `nogroup`: PostgreSQL refuses to run as root, and nothing else here needs to. */
const NOBODY = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;

/** Who runs the services: options for `spawn`. */
export const servant = isRoot ? NOBODY : {};

/** What this machine lacks, so that a service can neither be found nor installed here; anything else that fails is an error. */
export class Unavailable extends Error {}

/** The path of a program that installing needs. */
export function tool(name) {
  const path = programPath(name);
  if (path === undefined) throw new Unavailable(`${name} is not installed`);
  return path;
}

export function programPath(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/go/bin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Runs a command that installs or prepares something; its whole output is the error's message when it fails. */
export async function command(file, args, options = {}) {
  try {
    await run(file, args, { timeout: INSTALL_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024, ...options });
  } catch (error) {
    throw new Error(`${file} ${args[0] ?? ''} failed: ${[error.stdout, error.stderr].join('').trim() || error.message}`, { cause: error });
  }
}

const INSTALL_TIMEOUT_MS = 10 * 60_000;

/** Only a full Debian can be trusted to have the packages that are installed here. */
export function assertDebian() {
  if (process.platform !== 'linux') throw new Unavailable(`started on Linux only, this is ${process.platform}`);
  if (!existsSync('/etc/debian_version')) throw new Unavailable('started on Debian and what derives from it only');
}

/**
 * Where programs are kept for every clone on this machine. Root's lie where the unprivileged user can read them,
 * which a home directory is not.
 */
export function programFolder() {
  if (isRoot) return '/var/cache/cortex-services';
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cortex-services');
}

/** A program's folder under its exact version: filled once, by `fill(folder, signal)`, and there whole or not at all. */
export async function provide(name, { mayInstall, signal, fill }) {
  const folder = join(programFolder(), name);
  if (existsSync(folder)) return folder;
  if (!mayInstall) throw new Unavailable('not installed yet: node tools/services/services.mjs up');
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  try {
    await fill(draft, signal);
    await command('chmod', ['-R', 'a+rX', draft]);
    put(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

function put(draft, folder) {
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another clone was faster.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  }
}

/** An empty private folder for a service's data at `wanted`, or in the system's for temporary files where its user could not reach it. */
export function dataFolder(wanted) {
  mkdirSync(dirname(wanted), { recursive: true });
  if (isRoot && !isPublic(dirname(wanted))) return own(mkdtempSync('/tmp/cortex-services-'));
  mkdirSync(wanted, { mode: 0o700 });
  return own(wanted);
}

function isPublic(folder) {
  const open = (statSync(folder).mode & 0o001) !== 0;
  return open && (folder === dirname(folder) || isPublic(dirname(folder)));
}

/** Gives a file or a folder with all in it to the services' user. */
export function own(path) {
  if (!isRoot) return path;
  chownSync(path, NOBODY.uid, NOBODY.gid);
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) own(join(path, name));
  return path;
}

export { isRoot };
