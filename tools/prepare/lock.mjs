import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
/** No install and build takes this long: an older lock belongs to a process that died and whose number is in use again. */
const STALE_AFTER_MS = 15 * 60_000;

/** Runs `work` while no other process on this machine runs under the same lock file; `onWait` is told who holds it. */
export async function withLock(file, work, onWait = () => {}) {
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; !take(file); told = true) {
    if (removeIfStale(file)) continue;
    if (!told) onWait(holder(file));
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** A link appears whole or not at all, so that nobody reads a lock without its owner. */
function take(file) {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function holder(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
}

function removeIfStale(file) {
  const pid = holder(file);
  if (pid === undefined) return true;
  if (isAlive(pid) && ageMs(file) < STALE_AFTER_MS) return false;
  return takeAway(file, pid);
}

/** Only one process can rename a given file; whoever took a newer lock by mistake puts it back. */
function takeAway(file, pid) {
  const taken = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, taken);
    if (holder(taken) !== pid) linkSync(taken, file);
    return true;
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
    return true;
  } finally {
    rmSync(taken, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function ageMs(file) {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}
