import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { dataFolder } from './data-folder';
import { FolderLock } from './folder-lock';
import { Housekeeping } from './housekeeping';
import type { ProcessOrder, ProcessReport } from './process-messages';
import { openPGlite, pgliteVersion } from './pglite';
import { SharedSession } from './shared-session';
import { templateFolder } from './template';
import { WireClient } from './wire-client';

/** The process of a server that was killed needs a moment to close its database. */
const PATIENCE_MS = 5_000;
/** How long a transaction may do nothing while others wait. */
const IDLE_MS = 10_000;
const PRIVATE = 0o700;

/** The database behind its socket, in the process that has its folder for itself. */
export class DatabaseProcess implements AsyncDisposable {
  readonly #clients = new Set<WireClient>();
  readonly #session: SharedSession;
  readonly #housekeeping: Housekeeping;
  readonly #server: Server;

  private constructor(private readonly db: PGlite) {
    this.#session = new SharedSession(db, { idleMs: IDLE_MS, onBroken: fail });
    this.#housekeeping = new Housekeeping({ db, session: this.#session, warn });
    this.#server = createServer((socket) => void this.#serve(socket));
  }

  /** Takes the folder, opens the database and listens; or says why not. */
  static async open({ folder, socket, maxConnections }: ProcessOrder): Promise<DatabaseProcess | ProcessReport> {
    makePrivate(folder);
    process.chdir(folder); // a socket's path may have 107 bytes: the lock is taken by a short one
    const lock = await FolderLock.take('.', PATIENCE_MS);
    if (!(lock instanceof FolderLock)) return { state: 'in use', pid: lock.pid };

    const data = await dataFolder(folder, { template: templateFolder(pgliteVersion()), make: makeDatabase });
    const opened = new DatabaseProcess(await openPGlite(data));
    await opened.#listen(socket, maxConnections);
    return opened;
  }

  /** Lets nobody in any more, undoes what is not committed, and leaves the files as a server that was stopped does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#housekeeping[Symbol.dispose]();
    this.#server.close();
    for (const client of this.#clients) client.expel();
    await this.#session.exclusively(() => this.db.close());
  }

  async #serve(socket: Socket): Promise<void> {
    const client = new WireClient(socket, this.#session);
    this.#clients.add(client);
    await client.serve();
    this.#clients.delete(client);
  }

  async #listen(socket: string, maxConnections: number): Promise<void> {
    makePrivate(dirname(socket));
    rmSync(socket, { force: true }); // of a process that was killed; whoever lives holds the lock
    this.#server.maxConnections = maxConnections;
    await new Promise<void>((listening, failed) => this.#server.once('error', failed).listen(socket, listening));
  }
}

/** A database with the extension that its tables need. */
export async function makeDatabase(folder: string): Promise<void> {
  const db = await openPGlite(folder);
  await db.exec('CREATE EXTENSION vector');
  await db.close();
}

/** PGlite's own files are open to everybody. */
function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: PRIVATE });
  chmodSync(folder, PRIVATE);
}

function warn(error: unknown): void {
  process.stderr.write(`The embedded database cannot keep house: ${error instanceof Error ? error.message : String(error)}\n`);
}

/** After an answer that is none, what is in memory cannot be trusted; what was committed is in the log. */
function fail(error: unknown): void {
  process.stderr.write(`The embedded database ends: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
