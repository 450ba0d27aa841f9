import { fork, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EmbeddedDatabaseError, FolderInUseError } from '../postgres.errors';
import { childEntry } from './child-entry';
import type { ProcessOrder, ProcessReport } from './process-messages';
import { SOCKET_PORT, SocketFolder } from './socket-folder';

/** Before the second start of a process that is lost again and again, doubled for each further one; the first comes at once. */
const PAUSE_MS = 100;
/** Whoever lived so long is not lost again and again. */
const STEADY_MS = 30_000;
/** A close writes what is in memory, tens of megabytes at most. */
const CLOSE_MS = 10_000;

export interface EmbeddedPostgresOptions {
  /** Of this database alone; made when it is absent. */
  readonly folder: string;
  /** Connections that it accepts; those beyond are closed. Default 100. */
  readonly maxConnections?: number;
  /** How long a start may take, in milliseconds: a second as a rule, some more where no template was prepared. Default 60,000. */
  readonly startMs?: number;
  /** The longest pause before it is started again when it is lost again and again, in milliseconds. Default 10,000. */
  readonly longestPauseMs?: number;
}

/**
 * PostgreSQL inside the installation: PGlite in a process of its own, which ends with this one, and starts again when it is
 * lost. What was committed survives every end of a process, not a loss of power: it does not wait for the disk.
 */
export class EmbeddedPostgres implements AsyncDisposable {
  /** Called when the process was lost, or could not be started again. */
  onLost: (cause: string) => void = () => undefined;
  readonly #sockets: SocketFolder;
  readonly #closing = new AbortController();
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  /** Starts since it last lived long. */
  #failures = 0;

  readonly #started: Promise<void>;

  private constructor(private readonly options: EmbeddedPostgresOptions & { readonly folder: string }) {
    this.#sockets = new SocketFolder(options.folder);
    this.#started = this.#launch();
    this.#started.catch(() => undefined); // `started` throws it
  }

  /** Begins to start it. */
  static begin(options: EmbeddedPostgresOptions): EmbeddedPostgres {
    return new EmbeddedPostgres({ ...options, folder: resolve(options.folder) });
  }

  /** @throws FolderInUseError, EmbeddedDatabaseError */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const begun = EmbeddedPostgres.begin(options);
    await begun.started();
    return begun;
  }

  /** Until clients may connect. Where it fails it has ended. @throws FolderInUseError, EmbeddedDatabaseError */
  async started(): Promise<void> {
    try {
      await this.#started;
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  get folder(): string {
    return this.options.folder;
  }

  /** Where its clients connect: the folder of a socket that only this user may enter. The same after a restart. */
  get address(): { readonly host: string; readonly port: number; readonly user: string; readonly database: string } {
    return { host: this.#sockets.path, port: SOCKET_PORT, user: 'postgres', database: 'postgres' };
  }

  /** Of its process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Lets the process close the database; kills it when that takes too long. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    const child = this.#child;
    if (child) {
      child.ref();
      const overdue = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
      if (child.connected) child.disconnect();
      await this.#exited;
      clearTimeout(overdue);
    }
    this.#sockets[Symbol.dispose]();
  }

  async #launch(): Promise<void> {
    const { folder, maxConnections = 100, startMs = 60_000 } = this.options;
    const order: ProcessOrder = { folder, socket: this.#sockets.socket, maxConnections };
    // Nothing of the server's environment: it holds secrets.
    const child = fork(childEntry(), [JSON.stringify(order)], { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const exited = endOf(child);
    this.#child = child;
    this.#exited = exited;
    const report = await reportOf(child, exited, startMs);
    if (report.state !== 'ready') await this.#refuse(child, report);
    letGo(child);
    void this.#watch(exited);
  }

  async #refuse(child: ChildProcess, report: Exclude<ProcessReport, { state: 'ready' }>): Promise<never> {
    child.kill('SIGKILL');
    await this.#exited;
    this.#child = undefined;
    const { folder } = this.options;
    throw report.state === 'in use' ? new FolderInUseError(folder, report.pid) : new EmbeddedDatabaseError(folder, report.reason);
  }

  /** Starts it again whenever it is lost, until it is closed. */
  async #watch(exited: Promise<string>): Promise<void> {
    const startedAt = performance.now();
    const cause = await exited;
    this.#child = undefined;
    if (this.#closing.signal.aborted) return;
    this.onLost(cause);
    if (performance.now() - startedAt > STEADY_MS) this.#failures = 0;
    do {
      await this.#pause();
      this.#failures += 1;
    } while (!this.#closing.signal.aborted && !(await this.#tryLaunch()));
  }

  async #pause(): Promise<void> {
    if (this.#failures === 0) return;
    const pauseMs = Math.min(this.options.longestPauseMs ?? 10_000, PAUSE_MS * 2 ** (this.#failures - 1));
    await wait(pauseMs, undefined, { ref: false, signal: this.#closing.signal }).catch(ignoreAbort);
  }

  async #tryLaunch(): Promise<boolean> {
    try {
      await this.#launch();
      return true;
    } catch (error) {
      if (!this.#closing.signal.aborted) this.onLost(error instanceof Error ? error.message : String(error));
      return false;
    }
  }
}

/** What the process says of its start; a process that ends without a word, or says none in time, failed. */
async function reportOf(child: ChildProcess, exited: Promise<string>, startMs: number): Promise<ProcessReport> {
  const enough = new AbortController();
  const { signal } = enough;
  try {
    return await Promise.race([
      new Promise<ProcessReport>((said) => child.once('message', (report) => said(report as ProcessReport))),
      exited.then((cause) => ({ state: 'failed' as const, reason: `its process ended (${cause})` })),
      wait(startMs, { state: 'failed' as const, reason: `it took longer than ${startMs} ms` }, { signal }),
    ]);
  } finally {
    enough.abort();
  }
}

/** `SIGKILL`, `code 1`, or why there never was a process. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((ended) => {
    child.on('error', (error: NodeJS.ErrnoException) => child.pid === undefined && ended(error.code ?? error.message));
    child.once('exit', (code, signal) => ended(signal ?? `code ${code}`));
  });
}

/** It must not keep this process alive: it ends with it. */
function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
