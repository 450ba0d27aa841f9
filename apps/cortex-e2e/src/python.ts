import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '@cortex/service-process';

/** Kept between runs; made anew when a requirement changes. */
const home = (requirements: readonly string[]) => join(repositoryRoot, '.cache/python', requirements.join('_').replace(/[^A-Za-z0-9._-]/g, '-'));

/** A Python with these packages, or undefined where there is no Python or the packages cannot be had. */
export function pythonWith(requirements: readonly string[]): string | undefined {
  const folder = home(requirements);
  const python = join(folder, 'bin/python');
  if (existsSync(join(folder, 'complete'))) return python;
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', '--clear', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements]],
    [python, ['-c', `open(${JSON.stringify(join(folder, 'complete'))}, 'w').close()`]],
  ];
  const works = steps.every(([command, args]) => spawnSync(command, args, { stdio: 'ignore', timeout: 180_000 }).status === 0);
  return works ? python : undefined;
}

/** Runs a script that prints one JSON document. */
export async function runPython<T>(python: string, script: string, args: readonly string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(python, [join(__dirname, script), ...args], { timeout: 60_000 });
  return JSON.parse(stdout) as T;
}
