import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemCodeOf } from '@cortex/kernel';

const NUMBERED = /^lock\.(\d{1,15})$/;
const DRAFT = /^lock\..+\.draft$/;
const PAUSE_MS = 50;
/** A process that has the folder answers at once unless it is busy; then it stays nameless. */
const ANSWER_MS = 300;

/** What is known of whoever has the folder; `pid` where it answered. */
export interface Holder {
  readonly pid: number | undefined;
}

/**
 * A folder for one process: sockets named `lock.<number>`, of which the highest counts. Whether its process lives is what the
 * system says when one connects: it closes the socket with the process, however that ends, in whichever container.
 *
 * A number appears by a hard link to a socket that listens already, and only after the one before it was found dead. The
 * highest is never removed, so no number is given out twice.
 */
export class FolderLock implements Disposable {
  /** For `take`: `server` listens under the highest number. */
  constructor(private readonly server: Server) {}

  /** Tries for `patienceMs`: a process that is about to end needs a moment. Gives the holder where it stays. */
  static async take(folder: string, patienceMs: number): Promise<FolderLock | Holder> {
    for (const startedAt = performance.now(); ; ) {
      const taken = await tryTake(folder);
      if (taken instanceof FolderLock || performance.now() - startedAt >= patienceMs) return taken;
      await wait(PAUSE_MS);
    }
  }

  [Symbol.dispose](): void {
    this.server.close();
  }
}

async function tryTake(folder: string): Promise<FolderLock | Holder> {
  const number = Math.max(0, ...numbersIn(folder));
  const holder = number === 0 ? undefined : await holderOf(join(folder, `lock.${number}`));
  if (holder) return holder;

  const own = join(folder, `lock.${randomUUID()}.draft`);
  const server = await listen(own);
  const isFirst = publish(own, join(folder, `lock.${number + 1}`));
  const isHighest = Math.max(...numbersIn(folder)) === number + 1; // else the number was free only because it was swept
  if (!isFirst || !isHighest) {
    server.close();
    return { pid: undefined };
  }
  sweep(folder, number);
  return new FolderLock(server);
}

/** Dead ones, and drafts of processes that were killed before they published; one who is about to is refused and tries again. */
function sweep(folder: string, upTo: number): void {
  for (const name of readdirSync(folder)) {
    const number = NUMBERED.exec(name)?.[1];
    if (DRAFT.test(name) || (number !== undefined && Number(number) <= upTo)) rmSync(join(folder, name), { force: true });
  }
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => Number(NUMBERED.exec(name)?.[1] ?? []));
}

/** Whether it was the first under that name. */
function publish(own: string, name: string): boolean {
  try {
    linkSync(own, name);
    return true;
  } catch (error) {
    const code = systemCodeOf(error);
    if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Whoever connects is told the process's number. */
async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).end(String(process.pid)));
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(path, listening));
  return server.unref();
}

/** Undefined when nobody listens there any more. */
function holderOf(path: string): Promise<Holder | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let answer = '';
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.once('error', (error: NodeJS.ErrnoException) => isDead(error) && resolve(undefined));
    socket.once('close', () => resolve({ pid: Number(answer) || undefined }));
  });
}

/** Every other failure, such as a full queue, comes from somebody who lives. */
function isDead({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNREFUSED' || code === 'ENOENT';
}
