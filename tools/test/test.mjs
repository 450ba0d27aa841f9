import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { install } from '../prepare/install.mjs';
import { withLock } from '../prepare/lock.mjs';
import { StepError } from '../prepare/step.mjs';
import { root } from '../prepare/workspace.mjs';
import { summary, tally } from './tally.mjs';

const targets = ['check-tags', 'lint', 'typecheck', 'test', 'build'];
const nxBin = join(root, 'node_modules/.bin/nx');
const record = join(root, '.nx/cache/run.json');

/** Runs Nx with its output shown as it is; arguments after `npm test --` go to it, e.g. `--projects=kernel`. */
function runNx() {
  rmSync(record, { force: true });
  const args = ['run-many', '--targets', targets.join(','), '--outputStyle=static', '--nxBail=false', ...process.argv.slice(2)];
  const child = spawn(process.execPath, [nxBin, ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' } });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((done) => child.on('close', (code) => done(code ?? 1)));
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Imported only here: on a fresh clone Nx is not installed yet when this file starts. */
function projectFolders() {
  const { readCachedProjectGraph } = createRequire(import.meta.url)('@nx/devkit');
  return new Map(Object.values(readCachedProjectGraph().nodes).map(({ name, data }) => [name, join(root, data.root)]));
}

async function runAll() {
  await withLock(join(root, '.cache/prepare.lock'), () => install(root));
  const code = await runNx();
  const tasks = readJson(record)?.tasks ?? [];
  const folders = projectFolders();
  const counts = tally(tasks, (project) => readJson(join(folders.get(project), 'test-results/jest.json')));
  if (code !== 0 && counts.failed.length === 0) counts.failed.push(`workspace: nx failed with exit code ${code}`);
  return counts;
}

function asFailure(error) {
  if (!(error instanceof StepError)) console.error(error);
  return { passed: 0, failed: [`workspace: ${error.message}`], skipped: [] };
}

const counts = await runAll().catch(asFailure);
console.log(summary(counts));
process.exitCode = counts.failed.length > 0 ? 1 : 0;
