import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { ModelRecordRow } from '../catalog/model-record.entity';
import { ChangeRow } from '../changes/change.entity';
import { CollectionRow } from '../collections/collection.entity';
import { DocumentRow } from '../documents/document.entity';
import { EmbeddedPostgres } from '../embedded/embedded-postgres';
import { JobRow } from '../jobs/job.entity';
import { KeyRow } from '../keys/key.entity';
import { PipelineRow } from '../pipelines/pipeline.entity';
import { postgresOptionsSchema, type PostgresConfiguration, type PostgresOptions } from '../postgres.options';
import { failureOf, publicError } from './failure';
import { prepareDatabase } from './preparation';
import { Pulse } from './pulse';
import { runAlone } from './run-alone';
import { dataSourceOptions, servingPool, type Address, type Target } from './target';

const PROCESS_LOST = 'PROCESS_LOST';
const ENTITIES = [ChangeRow, ModelRecordRow, KeyRow, JobRow, PipelineRow, CollectionRow, DocumentRow];

/**
 * The one way to the database, a server or the embedded one, checked and migrated before it is given out. A lost connection is
 * an error of kind `unavailable` to who used it; the next one gets a new connection.
 */
export class Database implements AsyncDisposable {
  readonly #source: DataSource;
  readonly #pulse: Pulse;

  /** It holds a password: no field that a log would show. */
  readonly #target: Target;

  private constructor(target: Target, private readonly embedded?: EmbeddedPostgres) {
    this.#target = target;
    this.#pulse = new Pulse(target.options.health, () => this.use((manager) => manager.query('SELECT 1')));
    const poolErrorHandler = (error: unknown) => this.#pulse.down(failureOf(error)?.reason ?? 'CONNECTION_LOST');
    this.#source = new DataSource(dataSourceOptions(target, servingPool(target), { entities: ENTITIES, poolErrorHandler }));
  }

  /** @throws FolderInUseError, EmbeddedDatabaseError, and what the preparation throws */
  static async open(configuration: PostgresConfiguration): Promise<Database> {
    const options = postgresOptionsSchema.parse(configuration);
    if (options.url !== undefined) return Database.#at({ address: { url: options.url }, isEmbedded: false, options });
    const embedded = options.embedded ?? EmbeddedPostgres.begin({ folder: options.folder! });
    options.info(`the embedded database in ${embedded.folder} survives every end of a process, not a loss of power: where that matters, give the URL of a PostgreSQL server`);
    watch(embedded, options, () => options.health.down(`POSTGRES.${PROCESS_LOST}`));
    await embedded.started();
    return Database.#at({ address: embedded.address, isEmbedded: true, options }, embedded);
  }

  /** In an embedded database that somebody else started, and ends. */
  static inside(embedded: EmbeddedPostgres, configuration: PostgresConfiguration): Promise<Database> {
    return Database.#at({ address: embedded.address, isEmbedded: true, options: postgresOptionsSchema.parse(configuration) });
  }

  static async #at(target: Target, embedded?: EmbeddedPostgres): Promise<Database> {
    const opened = new Database(target, embedded);
    if (embedded) watch(embedded, target.options, () => opened.#pulse.down(PROCESS_LOST));
    try {
      await prepareDatabase(target);
      await opened.#source.initialize();
      opened.#pulse.up();
      return opened;
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw translated(error);
    }
  }

  get isEmbedded(): boolean {
    return this.#target.isEmbedded;
  }

  /** Where other clients of the same database connect. A URL holds a password: it goes nowhere but to a driver. */
  get address(): Address {
    return this.#target.address;
  }

  /** Where all of Cortex's tables are. */
  get schema(): string {
    return this.#target.options.schema;
  }

  /** Runs statements, each for itself. @throws DatabaseUnavailableError */
  use<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#with((runner) => work(runner.manager));
  }

  /** All of the work's statements or none of them. Nothing else of the database may be awaited inside. @throws DatabaseUnavailableError */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#with(async (runner) => {
      await runner.startTransaction();
      const result = await work(runner.manager);
      await runner.commitTransaction();
      return result;
    });
  }

  /** Runs one statement for as long as it takes, outside of any transaction, and on a server on a connection of its own. @throws DatabaseUnavailableError */
  async maintain(statement: string): Promise<void> {
    if (this.isEmbedded) return void (await this.use((manager) => manager.query(statement)));
    await this.use(() => runAlone(this.#target, statement));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pulse[Symbol.dispose]();
    await using _embedded = this.embedded;
    if (this.#source.isInitialized) await this.#source.destroy();
  }

  async #with<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.#source.createQueryRunner();
    try {
      const result = await work(runner);
      this.#pulse.up();
      return result;
    } catch (error) {
      await this.#recover(runner, error);
      throw translated(error);
    } finally {
      await runner.release();
    }
  }

  /** A connection is used again only after it answered, and outside of a transaction. */
  async #recover(runner: QueryRunner, error: unknown): Promise<void> {
    const failure = failureOf(error);
    if (failure?.kind === 'outage') {
      this.#pulse.down(failure.reason);
      return discard(runner);
    }
    if (!runner.isTransactionActive) return;
    try {
      await runner.rollbackTransaction();
    } catch {
      await discard(runner); // the first error is the one to tell
    }
  }
}

/** Says that the embedded database's process was lost, each time. */
function watch(embedded: EmbeddedPostgres, { warn }: PostgresOptions, down: () => void): void {
  embedded.onLost = (cause) => {
    down();
    warn(`the embedded database's process was lost (${cause}); it starts again`);
  };
}

/** Ends the connection: the pool then makes another one. */
async function discard(runner: QueryRunner): Promise<void> {
  const connected = runner.isReleased ? undefined : await (runner.connect() as Promise<{ end: () => Promise<void> }>).catch(() => undefined);
  void connected?.end().catch(() => undefined);
}

function translated(error: unknown): unknown {
  const failure = failureOf(error);
  return failure ? publicError(error, failure) : error;
}
