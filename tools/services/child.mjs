import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { servant } from './machine.mjs';

const POLL_MS = 50;
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 10_000;
/** The place of the start time in /proc/PID/stat, counted after the name, which may hold blanks. */
const START_TIME = 19;

/**
 * Starts a server that lives on after this process, its output in `log`.
 * @returns who it is: the pid, and a mark that no later process with the same pid has, before a restart of the machine or after it
 */
export function startServer({ file, args, env = {}, log }) {
  const output = openSync(log, 'a', 0o600);
  const child = spawn(file, args, { ...servant, cwd: '/', env: { PATH: process.env.PATH, LANG: 'C.UTF-8', TZ: 'UTC', ...env }, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  const failed = new Promise((_resolve, reject) => child.once('error', reject));
  child.unref();
  if (child.pid === undefined) return failed;
  failed.catch(() => undefined);
  return { pid: child.pid, mark: markOf(child.pid) };
}

export function isRunning(identity) {
  return identity?.mark !== undefined && markOf(identity.pid) === identity.mark;
}

/** Undefined for a process that is gone, or ended and not yet collected by its parent. */
function markOf(pid) {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${boot}/${fields[START_TIME]}`;
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    return undefined;
  }
}

/** Waits until `isReady()`; throws with the end of the log when the server ends before, or takes too long. */
export async function waitUntilReady(identity, isReady, log) {
  const until = Date.now() + READY_WITHIN_MS;
  while (!(await isReady())) {
    if (!isRunning(identity)) throw new Error(`ended while starting: ${lastLines(log)}`);
    if (Date.now() > until) throw new Error(`not ready within ${READY_WITHIN_MS} ms: ${lastLines(log)}`);
    await sleep(POLL_MS);
  }
}

function lastLines(log) {
  return readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n');
}

/** Asks with `signal`, and after ten seconds does not ask any more. A process that only has the same pid is left alone. */
export async function stopServer(identity, signal) {
  for (const kind of [signal, 'SIGKILL']) {
    if (!isRunning(identity)) return;
    process.kill(identity.pid, kind);
    await gone(identity);
  }
  if (isRunning(identity)) throw new Error(`process ${identity.pid} does not end`);
}

async function gone(identity) {
  const until = Date.now() + STOP_WITHIN_MS;
  while (isRunning(identity) && Date.now() < until) await sleep(POLL_MS);
}
