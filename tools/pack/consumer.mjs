import { spawnSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../prepare/workspace.mjs';
import { packageClosure } from './package-closure.mjs';

const OWN = '@cortex/';
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NX|npm|NODE)_/.test(name)));

/** The folders of the libs that an app names in its package.json, and of those that they name, by package name. */
export function libsOf(app) {
  const found = new Map();
  const visit = (name) => {
    if (!name.startsWith(OWN) || found.has(name)) return;
    const manifest = readJson(join(root, 'node_modules', name, 'package.json'));
    found.set(name, manifest);
    Object.keys(manifest.dependencies ?? {}).forEach(visit);
  };
  Object.keys(readJson(join(root, app, 'package.json')).dependencies).forEach(visit);
  return found;
}

/** Another team's project: a folder outside the workspace with nothing in it but packages that were published. */
export class Consumer {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'cortex-consumer-'));
  }

  /** `npm pack` of the libs. @returns per package its name, file name and the files inside */
  pack(names) {
    const workspaces = names.flatMap((name) => ['--workspace', name]);
    const { stdout } = execute(root, 'npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', this.folder, ...workspaces]);
    return Object.values(JSON.parse(stdout)).map(({ name, filename, files }) => ({ name, filename, files: files.map(({ path }) => path) }));
  }

  /** `npm install` of the tarballs; third-party packages lie there already, so the registry is asked for what npm's cache lacks about them. */
  install(tarballs, thirdParty) {
    for (const path of packageClosure(root, thirdParty)) link(join(root, path), join(this.folder, path));
    const dependencies = Object.fromEntries(tarballs.map(({ name, filename }) => [name, `file:${filename}`]));
    const versions = Object.fromEntries(thirdParty.map((name) => [name, readJson(join(root, 'node_modules', name, 'package.json')).version]));
    this.write('package.json', JSON.stringify({ name: 'consumer', version: '1.0.0', private: true, dependencies: { ...dependencies, ...versions } }));
    execute(this.folder, 'npm', ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']);
  }

  write(path, text) {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  compile(options) {
    this.write('tsconfig.json', JSON.stringify({ compilerOptions: options, include: ['src'] }));
    return spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--project', this.folder], { encoding: 'utf8' }).stdout;
  }

  run(...args) {
    return execute(this.folder, process.execPath, args).stdout;
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function execute(cwd, command, args) {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', env: environment, maxBuffer: 64 * 1024 * 1024 });
  if (result.status !== 0) throw new Error(`${command} ${args[0]} failed:\n${result.error ?? ''}${result.stdout}${result.stderr}`);
  return result;
}

/** Hard links where the file system can, so that the runtime's large libraries need no copy. Nested packages have their own entry. */
function link(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) link(source, target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source, target) {
  try {
    linkSync(source, target);
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'EMLINK'].includes(error.code)) throw error;
    copyFileSync(source, target);
  }
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
