import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { install } from '../prepare/install.mjs';
import { withLock } from '../prepare/lock.mjs';
import { StepError } from '../prepare/step.mjs';
import { root } from '../prepare/workspace.mjs';
import { down, up } from '../services/lifecycle.mjs';
import { absences, besideServices, failures } from './beside-services.mjs';
import { summary, tally } from './tally.mjs';

const targets = ['check-tags', 'check-packages', 'lint', 'typecheck', 'test', 'build'];
const nxBin = join(root, 'node_modules/.bin/nx');
const record = join(root, '.nx/cache/run.json');
const servicesFolder = join(root, '.cache/services');
/** A whole run takes a third of it on two cores: what is still running then, hangs. */
const LIMIT_MS = 60 * 60_000;
/** For Nx, e.g. `--projects=kernel`. */
const selection = process.argv.slice(2);

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interruption.abort(signal));
setTimeout(() => interruption.abort('SIGTERM'), LIMIT_MS).unref();

const services = {
  /** Who tests a few projects waits for no installation. */
  up: () => up(servicesFolder, { mayInstall: selection.length === 0, signal: interruption.signal }),
  down: (names) => down(servicesFolder, names),
  prepare: () => withLock(join(root, '.cache/prepare.lock'), () => install(root)),
};

/** Runs Nx with its output shown as it is. */
function runNx() {
  rmSync(record, { force: true });
  const args = ['run-many', '--targets', targets.join(','), '--outputStyle=static', '--nxBail=false', ...selection];
  const child = spawn(process.execPath, [nxBin, ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' } });
  interruption.signal.addEventListener('abort', () => child.kill(interruption.signal.reason));
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

async function runAll(outcomes) {
  if (interruption.signal.aborted) throw new Error(`stopped by ${interruption.signal.reason}`);
  for (const absence of absences(outcomes)) console.error(absence);
  const code = await runNx();
  const tasks = readJson(record)?.tasks ?? [];
  const folders = projectFolders();
  const counts = tally(tasks, (project) => readJson(join(folders.get(project), 'test-results/jest.json')));
  if (code !== 0 && counts.failed.length === 0) counts.failed.push(`workspace: nx failed with exit code ${code}`);
  if (process.env.CI === 'true') counts.failed.push(...failures(outcomes));
  return counts;
}

function asFailure(error) {
  if (!(error instanceof StepError)) console.error(error);
  return { passed: 0, failed: [`workspace: ${error.message}`], skipped: [] };
}

const counts = await besideServices(services, runAll).catch(asFailure);
console.log(summary(counts));
process.exitCode = counts.failed.length > 0 ? 1 : 0;
