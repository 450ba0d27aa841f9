import type { Socket } from 'node:net';
import { systemCodeOf } from '@cortex/kernel';
import type { Client, SharedSession } from './shared-session';
import { openingIn, unitIn, type Front } from './wire-messages';

/** A client may not send more before the database has something to do: far above the largest record (8 MB). */
const MAX_UNIT_BYTES = 256 * 2 ** 20;
const NO_ENCRYPTION = 'N';

/** One connection of a PostgreSQL client: cuts what it sends into units and hands them to the session, one after another. */
export class WireClient implements Client {
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Before so many bytes are there, nothing can be done. */
  #atLeast = 0;
  #isOpen = false;

  constructor(private readonly socket: Socket, private readonly session: SharedSession) {}

  /** Until either side leaves. */
  async serve(): Promise<void> {
    this.socket.once('close', () => void this.session.leave(this));
    try {
      for await (const chunk of this.socket) {
        this.#chunks.push(chunk as Buffer);
        this.#bytes += (chunk as Buffer).length;
        if (this.#bytes > MAX_UNIT_BYTES || !(await this.#runUnits())) break;
      }
    } catch (error) {
      if (systemCodeOf(error) === undefined && !this.socket.destroyed) throw error;
    } finally {
      this.socket.destroy();
    }
  }

  /** What the database says is only lent for the call. */
  readonly answer = (bytes: Uint8Array): void => {
    if (this.socket.writable) this.socket.write(Buffer.from(bytes));
  };

  readonly expel = (): void => void this.socket.destroy();

  /** Runs what has arrived whole; false when the client leaves. */
  async #runUnits(): Promise<boolean> {
    while (this.#bytes >= this.#atLeast) {
      const front = this.#front();
      if (front.kind === 'leave') return false;
      this.#atLeast = front.kind === 'partial' ? front.atLeast : 0;
      if (front.kind !== 'partial') await this.#do(front);
    }
    return true;
  }

  #front(): Front {
    const buffer = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#chunks = [buffer];
    return this.#isOpen ? unitIn(buffer) : openingIn(buffer);
  }

  async #do(front: Exclude<Front, { kind: 'partial' | 'leave' }>): Promise<void> {
    const bytes = this.#cut(front.bytes);
    if (front.kind === 'encryption') return this.answer(Buffer.from(NO_ENCRYPTION));
    this.#isOpen = true;
    await this.session.run(this, { bytes, continues: front.continues });
  }

  #cut(length: number): Buffer {
    const buffer = this.#chunks[0]!;
    this.#chunks = [buffer.subarray(length)];
    this.#bytes -= length;
    return buffer.subarray(0, length);
  }
}
