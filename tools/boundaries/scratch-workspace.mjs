import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../prepare/workspace.mjs';

const rootFiles = ['nx.json', 'package.json', 'package-lock.json', 'tsconfig.base.json', 'eslint.config.mjs', 'tools/boundaries/layers.mjs', 'tools/check-tags', 'tools/project.json'];
const projectGroups = ['apps', 'libs', 'libs/core', 'libs/adapters', 'libs/edges'];
/** Nx hands its own state to the tasks it runs; a workspace of its own must not see it. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NX_')));

/**
 * The real workspace's projects, configuration and packages with nearly no source, in a folder of its own:
 * a forbidden import can be written there without anybody building it. No project depends on another yet.
 */
export class ScratchWorkspace {
  constructor() {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'cortex-boundaries-')));
    for (const file of rootFiles) this.#copy(file);
    this.projects = projectGroups.flatMap((group) => foldersIn(group)).filter((folder) => existsSync(join(root, folder, 'project.json')));
    for (const project of this.projects) this.#copyProject(project);
    this.#linkPackages();
  }

  write(path, text) {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  read(path) {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Runs a package's command; `output` is standard output and standard error together. */
  run(script, ...args) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(this.folder, script), ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...environment, NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false', FORCE_COLOR: '0' },
      maxBuffer: 64 * 1024 * 1024,
    });
    return { status, stdout, output: stdout + stderr };
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #copy(path) {
    cpSync(join(root, path), join(this.folder, path), { recursive: true });
  }

  #copyProject(folder) {
    const configurations = readdirSync(join(root, folder)).filter((name) => /^(package|project|tsconfig.*)\.json$/.test(name));
    for (const name of configurations) this.#copy(join(folder, name));
    const { dependencies: _none, ...manifest } = JSON.parse(this.read(join(folder, 'package.json')));
    this.write(join(folder, 'package.json'), JSON.stringify(manifest));
    this.write(join(folder, 'src/index.ts'), 'export const here = 1;\n');
    this.write(join(folder, 'src/testing.ts'), 'export const fake = 1;\n');
  }

  /** Third-party packages are the real ones, our own are the scratch projects. */
  #linkPackages() {
    mkdirSync(join(this.folder, 'node_modules/@cortex'), { recursive: true });
    const packages = readdirSync(join(root, 'node_modules')).filter((name) => name === '.bin' || !(name.startsWith('.') || name === '@cortex'));
    for (const name of packages) symlinkSync(join(root, 'node_modules', name), join(this.folder, 'node_modules', name));
    for (const project of this.projects) {
      const { name } = JSON.parse(this.read(join(project, 'package.json')));
      symlinkSync(join(this.folder, project), join(this.folder, 'node_modules', name));
    }
  }
}

function foldersIn(group) {
  if (!existsSync(join(root, group))) return [];
  return readdirSync(join(root, group), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(group, entry.name));
}
