import type { PGlite } from '@electric-sql/pglite';
import type { Unit } from './wire-messages';

const SYNC = Uint8Array.of('S'.charCodeAt(0), 0, 0, 0, 4);

/** What is used of PGlite. */
export type Backend = Pick<PGlite, 'execProtocolRawStream' | 'exec' | 'isInTransaction'>;

/** Who wants something of the database. */
export interface Client {
  /** What the database answers. */
  readonly answer: (bytes: Uint8Array) => void;
  /** It kept the others waiting for too long in the middle of its work. */
  readonly expel: () => void;
}

interface Turn {
  readonly client: Client;
  readonly work: () => Promise<boolean>;
  readonly settle: () => void;
}

export interface SharedSessionOptions {
  /** How long a client may do nothing in the middle of a transaction while others wait, in milliseconds. */
  readonly idleMs: number;
  /** The database answered with what is no answer: nothing can be said of its state. */
  readonly onBroken: (error: unknown) => void;
}

/**
 * PGlite has one backend session for everybody: whoever begins a transaction, or an exchange of several messages, has it until
 * that ends. The others wait in the order they came.
 */
export class SharedSession {
  readonly #turns: Turn[] = [];
  /** In the middle of its work; only its turns are taken. */
  #holder: Client | undefined;
  #isRunning = false;
  #idle: NodeJS.Timeout | undefined;
  /** Counts what clients ran, for whoever keeps house. */
  #units = 0;

  constructor(private readonly db: Backend, private readonly options: SharedSessionOptions) {}

  get units(): number {
    return this.#units;
  }

  /** Runs a client's messages when it is its turn. Fulfilled too when the client left meanwhile. */
  run(client: Client, { bytes, continues }: Unit): Promise<void> {
    return this.#queue(client, async () => {
      this.#units += 1;
      await this.db.execProtocolRawStream(bytes, { syncToFs: false, onRawData: client.answer });
      return continues || this.db.isInTransaction();
    });
  }

  /** Runs work of the database's own between the clients' turns. It must not leave a transaction open. @throws what it throws */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const housekeeper: Client = { answer: () => undefined, expel: () => undefined };
    let outcome: Promise<T> | undefined;
    await this.#queue(housekeeper, async () => {
      outcome = work();
      await Promise.allSettled([outcome]);
      return false;
    });
    return outcome!;
  }

  /** Forgets what the client wanted, and undoes what it began. */
  async leave(client: Client): Promise<void> {
    for (const turn of this.#turns.filter((one) => one.client === client)) {
      this.#turns.splice(this.#turns.indexOf(turn), 1);
      turn.settle();
    }
    if (this.#holder === client) await this.#queue(client, () => this.#undo());
  }

  /** `Sync` ends what a failure or a half sent exchange left, `ROLLBACK` the transaction. */
  async #undo(): Promise<boolean> {
    await this.db.execProtocolRawStream(SYNC, { syncToFs: false, onRawData: () => undefined });
    if (this.db.isInTransaction()) await this.db.exec('ROLLBACK');
    return false;
  }

  #queue(client: Client, work: () => Promise<boolean>): Promise<void> {
    return new Promise((settle) => {
      this.#turns.push({ client, work, settle });
      void this.#takeTurns();
    });
  }

  async #takeTurns(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let turn = this.#next(); turn; turn = this.#next()) {
      await this.#take(turn);
      await new Promise(setImmediate); // others may connect and leave
    }
    this.#isRunning = false;
    this.#watchHolder();
  }

  #next(): Turn | undefined {
    const position = this.#holder ? this.#turns.findIndex(({ client }) => client === this.#holder) : 0;
    return position < 0 ? undefined : this.#turns.splice(position, 1)[0];
  }

  async #take({ client, work, settle }: Turn): Promise<void> {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    try {
      this.#holder = (await work()) ? client : undefined;
    } catch (error) {
      this.options.onBroken(error);
    }
    settle();
  }

  /** Others wait behind a transaction in which nothing happens. */
  #watchHolder(): void {
    const holder = this.#holder;
    if (holder && this.#turns.length > 0) this.#idle ??= setTimeout(() => holder.expel(), this.options.idleMs);
  }
}
