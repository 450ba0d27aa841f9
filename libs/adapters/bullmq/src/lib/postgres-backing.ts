import { Queue, Worker, createPostgresBackend, runMigrations, type PgPoolConfig, type PostgresConnectionOptions } from 'bullmq';
import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backing, LaneQueue, LaneWorker, Process } from './backing';
import type { BullmqSettings } from './bullmq.options';
import { STREAMS, jobOptions, workerOptions } from './lane-options';
import { createPatientBackend } from './patient-postgres-backend';

/** PGlite's clients share a session that is `public`'s, whatever they ask for. */
const EMBEDDED_SCHEMA = 'public';
/** Nobody tells PGlite's clients of a new job. */
const EMBEDDED_PAUSE_S = 0.25;
const PAUSE_S = 5;

/** Queues in a PostgreSQL database. Each queue has a connection while it is used, each worker two. */
export class PostgresBacking implements Backing {
  readonly isAway = false;
  readonly #schema: string;
  readonly #config: PgPoolConfig;
  #prepared: Promise<void> | undefined;

  constructor(database: string | PgPoolConfig, private readonly settings: BullmqSettings) {
    this.#schema = settings.isEmbedded ? EMBEDDED_SCHEMA : settings.schema;
    const connection = typeof database === 'string' ? { connectionString: database } : database;
    this.#config = { ...connection, max: 1, keepAlive: true, connectionTimeoutMillis: settings.timeoutMs, application_name: 'cortex-jobs' };
  }

  /** One of several processes makes the tables, the others wait for it. */
  prepare(): Promise<void> {
    this.#prepared ??= this.#migrate().catch((error: unknown) => {
      this.#prepared = undefined; // the next call tries anew
      throw error;
    });
    return this.#prepared;
  }

  queue(lane: string): LaneQueue {
    const connection = this.#connection(this.settings.timeoutMs);
    return new Queue(lane, { connection, streams: STREAMS, defaultJobOptions: jobOptions(this.settings) }, createPostgresBackend);
  }

  worker(lane: string, process: Process, concurrency: number): LaneWorker {
    const drainDelay = this.settings.isEmbedded ? EMBEDDED_PAUSE_S : PAUSE_S;
    const connection = this.#connection(this.settings.takeoverMs);
    const worker = new Worker(lane, process, { ...workerOptions(this.settings, concurrency), connection, drainDelay }, createPatientBackend);
    const leave = (patienceMs: number) => Promise.race([worker.close(), sleep(patienceMs, undefined, { ref: false })]); // all it waits for has a time-out
    return Object.assign(worker, { leave });
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #connection(queryMs: number): PostgresConnectionOptions {
    return { ...this.#config, schema: this.#schema, query_timeout: queryMs };
  }

  async #migrate(): Promise<void> {
    const client = new Client(this.#config);
    client.on('error', () => undefined); // whoever asks hears of it
    await client.connect();
    try {
      await runMigrations(client, this.#schema);
    } finally {
      await client.end();
    }
  }
}
