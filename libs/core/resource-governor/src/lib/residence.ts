/** What loading really took. `bytes` absent: what resident memory grew by. */
export interface Taken {
  readonly bytes?: number;
  readonly loadMs: number;
}

interface Owner {
  readonly settle: (taken: Taken) => Promise<number>;
  readonly use: () => void;
  readonly idle: () => void;
  readonly release: () => void;
}

/** Room in memory that is held. Its holder says when it is loaded, used, idle, gone. */
export class Residence {
  #released = false;

  constructor(private readonly owner: Owner) {}

  /** Loading is through: from now on it may be asked to leave. Gives the bytes that are held for it now. */
  settle(taken: Taken): Promise<number> {
    return this.owner.settle(taken);
  }

  used(): void {
    this.owner.use();
  }

  /** The last user left: whoever waits for room looks again. */
  idle(): void {
    this.owner.idle();
  }

  /** Gives the room back; a second time does nothing. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.owner.release();
  }
}
