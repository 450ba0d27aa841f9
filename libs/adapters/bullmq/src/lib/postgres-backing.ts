import { Queue, Worker, createPostgresBackend, runMigrations, type PgPoolConfig, type PostgresConnectionOptions } from 'bullmq';
import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backing, LaneQueue, LaneWorker, Process } from './backing';
import { Bell } from './bell';
import type { BullmqSettings } from './bullmq.options';
import { embeddedBackend } from './embedded-postgres-backend';
import { STREAMS, jobOptions, workerOptions } from './lane-options';
import { createPatientBackend } from './patient-postgres-backend';

/** PGlite's clients share a session that is `public`'s, whatever they ask for. */
const EMBEDDED_SCHEMA = 'public';
/** Of one step of the migrations, also while another process is at them. */
const MIGRATION_MS = 30_000;
/** Between two looks for a job that nobody told of. */
const PAUSE_S = 5;
/** Of a retry or a stalled job PGlite's clients are not told. */
const EMBEDDED_PAUSE_S = 1;

/** Queues in a PostgreSQL database. Each queue has a connection while it is used, each worker two. */
export class PostgresBacking implements Backing {
  readonly isAway = false;
  readonly #bell = new Bell();
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

  added(lane: string): void {
    this.#bell.ring(lane);
  }

  worker(lane: string, process: Process, concurrency: number): LaneWorker {
    const { isEmbedded, takeoverMs } = this.settings;
    const options = { ...workerOptions(this.settings, concurrency), connection: this.#connection(takeoverMs), drainDelay: isEmbedded ? EMBEDDED_PAUSE_S : PAUSE_S };
    const worker = new Worker(lane, process, options, isEmbedded ? embeddedBackend(this.#bell) : createPatientBackend);
    const leave = (patienceMs: number) => Promise.race([worker.close(), sleep(patienceMs, undefined, { ref: false })]); // all it waits for has a time-out
    return Object.assign(worker, { leave });
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #connection(queryMs: number): PostgresConnectionOptions {
    return { ...this.#config, schema: this.#schema, query_timeout: queryMs };
  }

  async #migrate(): Promise<void> {
    const client = new Client({ ...this.#config, query_timeout: MIGRATION_MS });
    client.on('error', () => undefined); // whoever asks hears of it
    await client.connect();
    try {
      await runMigrations(client, this.#schema);
    } finally {
      await client.end();
    }
  }
}
